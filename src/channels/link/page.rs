//! What the customer sees: one page without script, which a screen reader reads from top to bottom.

use std::sync::OnceLock;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::{Authorization, Linked};

const CSS: &str = include_str!("page.css");

/// What went wrong with the last try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// No such linking code, or its time is over, or it was used.
    WrongCode,
    /// Too many wrong ones; in minutes.
    Locked(i64),
    /// The form was not the one that this browser was given.
    Stale,
}

impl Notice {
    fn text(self) -> String {
        match self {
            Self::WrongCode => "This code is not right, or it is too old, or it was used already. \
                                Please check it, or ask the shop for a new one."
                .to_owned(),
            Self::Locked(minutes) => {
                format!("There were too many wrong codes. Please try again in {minutes} minutes.")
            }
            Self::Stale => "This page was open for too long, or your browser did not keep its cookie. \
                            Please try once more."
                .to_owned(),
        }
    }
}

/// The page with the form. `csrf` ties it to the browser that it is shown in.
pub fn render(linked: &Linked, asked: &Authorization<'_>, csrf: &str, notice: Option<Notice>) -> String {
    let (shop, client) = (escape(&linked.title), escape(&asked.client.name));
    let mut hidden = String::new();
    for (name, value) in asked.fields().into_iter().chain([("csrf", csrf)]) {
        hidden.push_str(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value)));
    }
    let (alert, invalid) = match notice {
        None => (String::new(), ""),
        Some(notice) => {
            let text = escape(&notice.text());
            (format!("<p class=\"bad\" role=\"alert\" id=\"alert\">{text}</p>\n"), " aria-invalid=\"true\"")
        }
    };
    let described = if notice.is_some() { "alert hint" } else { "hint" };
    let title = format!("Link {shop} with {client}");
    let body = format!(
        "<h1>{title}</h1>
{alert}<p>{client} asks to speak for your household at {shop}. With your leave it can:</p>
<ul>
<li>hear what your household bought, and where its orders are</li>
<li>order for your household after a spoken yes, and above your limit with your PIN</li>
</ul>
<form method=\"post\" autocomplete=\"off\">
{hidden}<label for=\"code\">Linking code</label>
<input id=\"code\" name=\"code\" type=\"text\" required maxlength=\"40\" autocomplete=\"one-time-code\" \
autocapitalize=\"characters\" spellcheck=\"false\" placeholder=\"XXXX-XXXX-XXXX\" \
aria-describedby=\"{described}\"{invalid}>
<p class=\"hint\" id=\"hint\">Twelve letters and digits that you got from {shop}. A code works once.</p>
<button class=\"go\" name=\"decision\" value=\"link\">Link the account</button>
<button name=\"decision\" value=\"deny\" formnovalidate>Do not link</button>
</form>
"
    );
    whole(&title, &body)
}

/// A page that leads nowhere.
pub fn render_end(title: &str, sentence: &str) -> String {
    let (title, sentence) = (escape(title), escape(sentence));
    let back = "Please go back to the app that you came from and try again.";
    whole(&title, &format!("<h1>{title}</h1>\n<p>{sentence}</p>\n<p>{back}</p>\n"))
}

fn whole(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{CSS}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The Content-Security-Policy of these pages. Browsers hold `form-action` against every redirect that
/// follows a form, and a platform's own address sends its customers on to others, so any address
/// with TLS is allowed there; what the form holds goes to `back` only, by a redirect of ours.
pub fn policy(back: Option<&str>) -> String {
    static STYLE: OnceLock<String> = OnceLock::new();
    let style = STYLE.get_or_init(|| BASE64_STANDARD.encode(Sha256::digest(CSS)));
    let local = back.and_then(|back| {
        let rest = back.strip_prefix("http://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        Some(format!(" http://{}", &rest[..end]))
    });
    let form = match back {
        Some(_) => format!("'self' https:{}", local.unwrap_or_default()),
        None => "'none'".to_owned(),
    };
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action {form}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
