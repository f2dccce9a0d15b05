//! The page in a real browser: Chromium, driven over WebDriver.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::shop::{FORM, SECRET, Shop, basic, challenge, form, parameter};
use crate::{http::client::post, support::shop::household};

/// A browser at work; closed when dropped.
struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    /// A driver whose output nobody can take ends.
    _out: BufReader<ChildStdout>,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver closes its browser, and is gone after that.
        let head = format!("DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\n", self.session);
        if let Ok(mut stream) = std::net::TcpStream::connect(self.address) {
            let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes());
            // It answers when the browser is closed, and may keep the connection open.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = stream.read(&mut [0; 1024]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// `None` where there is no Chromium, which is told loudly, and is a failure where everything is checked.
    async fn open() -> Option<Self> {
        let mut program = Command::new("chromedriver");
        program.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut driver) = program.spawn() else {
            assert!(std::env::var_os("CI").is_none(), "chromium and chromium-driver are needed");
            eprintln!("SKIPPED the linking page in a browser: there is no chromedriver");
            return None;
        };
        let mut out = BufReader::new(driver.stdout.take().expect("a pipe"));
        let mut lines = out.by_ref().lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("successfully on port ")).expect("a port");
        let port = line.trim_end_matches('.').rsplit(' ').next().and_then(|port| port.parse().ok());
        let address = SocketAddr::from(([127, 0, 0, 1], port.expect("a port")));
        let profile = tempfile::tempdir().expect("a folder");
        let mut this = Self { driver, address, session: String::new(), _out: out, _profile: profile };
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=412,915",
        ];
        let folder = format!("--user-data-dir={}", this._profile.path().display());
        let flags: Vec<_> = flags.iter().map(|flag| (*flag).to_owned()).chain([folder]).collect();
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": flags } } } });
        let opened = this.ask("/session", wanted).await;
        this.session = opened["sessionId"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
        Some(this)
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let answer = post(path, "application/json", body.to_string()).send(self.address).await;
        answer.json()["value"].clone()
    }

    async fn command(&self, name: &str, body: Value) -> Value {
        self.ask(&format!("/session/{}/{name}", self.session), body).await
    }

    async fn run(&self, script: &str) -> Value {
        self.command("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// What a script gives once it is as `wanted`: a click is done before the page that it leads to is there.
    async fn until(&self, script: &str, wanted: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let given = self.run(script).await;
            match given.as_str() {
                Some(text) if wanted(text) => return text.to_owned(),
                _ if Instant::now() > end => panic!("{script}: {given}"),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    async fn find(&self, css: &str) -> String {
        let found = self.command("element", json!({ "using": "css selector", "value": css })).await;
        let id = found.as_object().and_then(|all| all.values().next()?.as_str().map(str::to_owned));
        id.unwrap_or_else(|| panic!("no {css}: {found}"))
    }

    async fn click(&self, css: &str) {
        let id = self.find(css).await;
        let done = self.command(&format!("element/{id}/click"), json!({})).await;
        assert!(done.is_null(), "{done}");
    }

    async fn type_into(&self, css: &str, text: &str) {
        let id = self.find(css).await;
        let done = self.command(&format!("element/{id}/value"), json!({ "text": text })).await;
        assert!(done.is_null(), "{done}");
    }
}

/// A stand-in for the client's own page; the first lines of what came to it.
async fn client() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // Another host than the shop's: cookies do not tell ports apart.
    let back = format!("http://localhost:{}/back", listener.local_addr().unwrap().port());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heads = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let heads = heads.clone();
            tokio::spawn(async move {
                let mut head = vec![0; 8192];
                let read = stream.read(&mut head).await.unwrap_or(0);
                heads.lock().unwrap().push(String::from_utf8_lossy(&head[..read]).into_owned());
                let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\
                            Connection: close\r\n\r\nlinked";
                let _ = stream.write_all(page.as_bytes()).await;
            });
        }
    });
    (back, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_links_an_account_in_a_browser() {
    let Some(browser) = Browser::open().await else { return };
    let (back, seen) = client().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Shop::open_at(listener, &url, &back).await;
    let challenge = challenge();
    let asking = [
        ("response_type", "code"),
        ("client_id", "alexa"),
        ("redirect_uri", back.as_str()),
        ("state", "a b&c"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let page = format!("{url}/link/household/authorize?{}", form(&asking));
    browser.command("url", json!({ "url": page })).await;
    let fits = "return [document.documentElement.scrollWidth <= innerWidth, \
                getComputedStyle(document.querySelector('main')).maxWidth, \
                document.querySelector('label').control.id, document.documentElement.lang]";
    assert_eq!(
        browser.run(fits).await,
        json!([true, "416px", "code", "en"]),
        "it is styled, and fits a phone"
    );

    browser.type_into("#code", "0000-0000-0000").await;
    browser.click("button.go").await;
    let alert = "return document.querySelector('[role=alert]')?.textContent ?? ''";
    browser.until(alert, |text| text.contains("not right")).await;

    browser.type_into("#code", &app.link_code().await.to_lowercase()).await;
    browser.click("button.go").await;
    let there = &browser.until("return location.href", |href| href.starts_with(&back)).await;
    assert_eq!(parameter(there, "state").as_deref(), Some("a b&c"));
    assert_eq!(parameter(there, "iss"), Some(format!("{url}/link/household")));
    let heads: Vec<_> = seen.lock().unwrap().iter().map(|head| head.to_lowercase()).collect();
    let came = heads.iter().find(|head| head.starts_with("get /back?")).expect("the client's page was asked");
    assert!(!came.contains("referer") && !came.contains("cookie"), "{came}");

    let code = parameter(there, "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", back.as_str()),
        ("code_verifier", super::shop::VERIFIER),
    ];
    let exchange = post("/link/household/token", FORM, form(&fields));
    let tokens = exchange.header("Authorization", &basic("alexa", SECRET)).send(app.address()).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    assert_eq!(app.household_of("household", &tokens.json()).await, Some(household("oak-street")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_says_no_in_a_browser() {
    let Some(browser) = Browser::open().await else { return };
    let (back, _) = client().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let _app = Shop::open_at(listener, &url, &back).await;
    let asking = [("response_type", "code"), ("client_id", "alexa"), ("redirect_uri", back.as_str())];
    browser
        .command("url", json!({ "url": format!("{url}/link/household/authorize?{}", form(&asking)) }))
        .await;
    browser.click("button[value=deny]").await;
    let there = browser.until("return location.href", |href| href.starts_with(&back)).await;
    assert_eq!(parameter(&there, "error").as_deref(), Some("access_denied"));
}
