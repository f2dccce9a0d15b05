//! The order on a device that has a screen, as a document of the Alexa Presentation Language.
//!
//! Facts: Amazon's "APL Document" and "Alexa.Presentation.APL Interface Reference". What is shown is said too:
//! nobody has to look.

use serde_json::{Value, json};

use crate::{
    commerce::{Line, Money, order::Order},
    turn::{Segment, Speech},
};

/// The interface that a device with a screen tells of.
pub const INTERFACE: &str = "Alexa.Presentation.APL";
/// Lines of an order that fit on a small screen; the others are counted.
const MOST_LINES: usize = 6;

/// The directive that shows an order, with what is said of it underneath.
pub fn order(order: &Order, speech: &Speech, title: &str, locale: &str) -> Value {
    let lines = &order.quote.lines();
    let mut rows: Vec<_> = lines.iter().take(MOST_LINES).map(|line| row(line, locale)).collect();
    if lines.len() > MOST_LINES {
        rows.push(json!({ "name": format!("+ {}", lines.len() - MOST_LINES), "price": "" }));
    }
    json!({
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": format!("order-{}", order.number),
        "document": document(),
        "datasources": { "order": {
            "title": title,
            "number": format!("{}", order.number),
            "rows": rows,
            "total": money(order.quote.total(), locale),
            "said": speech.to_text(locale),
        } },
    })
}

fn row(line: &Line, locale: &str) -> Value {
    let name = if line.quantity.get() == 1 {
        line.title.clone()
    } else {
        format!("{} × {}", line.quantity.get(), line.title)
    };
    let price = line.unit_price.times(line.quantity.get());
    json!({ "name": name, "price": price.map(|price| money(price, locale)).unwrap_or_default() })
}

fn money(amount: Money, locale: &str) -> String {
    Speech(vec![Segment::Money(amount)]).to_text(locale)
}

/// What is the same for every order: large letters on one column, which fits a round screen too.
fn document() -> Value {
    let text = |text: &str, size: &str| json!({ "type": "Text", "text": text, "fontSize": size, "color": "white", "paddingBottom": "2vh" });
    let rows = json!({
        "type": "Sequence",
        "height": "45vh",
        "data": "${payload.order.rows}",
        "items": [text("${data.name}  ${data.price}", "5vh")],
    });
    json!({
        "type": "APL",
        "version": "1.9",
        "mainTemplate": { "parameters": ["payload"], "items": [{
            "type": "Frame",
            "width": "100vw",
            "height": "100vh",
            "backgroundColor": "#14342b",
            "items": [{
                "type": "Container",
                "paddingLeft": "8vw",
                "paddingRight": "8vw",
                "paddingTop": "8vh",
                "items": [
                    text("${payload.order.title}  ${payload.order.number}", "5vh"),
                    text("${payload.order.total}", "10vh"),
                    rows,
                    text("${payload.order.said}", "4vh"),
                ],
            }],
        }] },
    })
}
