//! Chat templates: Jinja with the settings and extras of Hugging Face.

use std::io::Write;
use std::sync::mpsc::{channel, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};

use crate::Outcome;

/// Instructions of the template engine, and 64 bytes of data each; real
/// templates take thousands.
const FUEL: u64 = 200_000;

/// The largest template of the models in use has 17 KB.
const MAX_TEMPLATE_BYTES: usize = 128 << 10;

/// More than a prompt's examples take.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// The engine compiles expressions, and prints and frees values, by recursion:
/// a level for each operator in a row or for each list in a list. Template and
/// fuel bound the levels; this holds that many. Only what is used is memory.
const STACK_BYTES: usize = 512 << 20;

/// Fuel does not bound every step of the engine. Real templates take
/// milliseconds.
const MAX_TIME: Duration = Duration::from_secs(20);

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

/// `strftime` of a day that never changes, since the same text must give the
/// same summary: Friday, the 26th of July 2024, the date that templates of
/// Llama 3 fall back to.
fn strftime_now(format: &str) -> Result<String, Error> {
    let mut text = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let field = rest.next().filter(|&c| c != '-').or_else(|| rest.next());
        text += match field {
            Some('Y') => "2024",
            Some('y') => "24",
            Some('m') => "07",
            Some('d' | 'e') => "26",
            Some('j') => "208",
            Some('B') => "July",
            Some('b' | 'h') => "Jul",
            Some('A') => "Friday",
            Some('a') => "Fri",
            Some('H' | 'M' | 'S') => "00",
            Some('I') => "12",
            Some('p') => "AM",
            Some('F') => "2024-07-26",
            Some('T') => "00:00:00",
            Some('Z') => "UTC",
            Some('z') => "+0000",
            Some('%') => "%",
            other => {
                let message = format!("strftime_now does not know %{}", other.unwrap_or(' '));
                return Err(Error::new(ErrorKind::InvalidOperation, message));
            }
        };
    }
    Ok(text)
}

/// Writes `{% generation %}`, which marks what a model says for training, as a
/// condition that always holds. Other tags stay as they are.
fn without_generation_tags(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{%") {
        let (before, tag) = rest.split_at(start + 2);
        text += before;
        let end = tag.find("%}").unwrap_or(0);
        let dashes: &[char] = &['-', '+'];
        let (left, right) = (
            if tag.starts_with(dashes) { 1 } else { 0 },
            if tag[..end].ends_with(dashes) { 1 } else { 0 },
        );
        let name = tag.get(left..end - right.min(end)).unwrap_or("");
        let condition = match name.trim() {
            "generation" => "if true",
            "endgeneration" => "endif",
            _ => {
                rest = tag;
                continue;
            }
        };
        text += &format!("{} {condition} {}", &tag[..left], &tag[end - right..end]);
        rest = &tag[end..];
    }
    text + rest
}

/// A text with a limit: the rest is an error.
struct LimitedText(Vec<u8>);

impl Write for LimitedText {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_TEXT_BYTES {
            return Err(std::io::Error::other("the text is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn render_here(template: &str, variables: &serde_json::Value) -> Outcome<String> {
    let mut env = Environment::new();
    env.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    env.set_fuel(Some(FUEL));
    env.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    env.add_function("raise_exception", raise_exception);
    env.add_function("strftime_now", strftime_now);
    let mut text = LimitedText(Vec::new());
    env.template_from_named_str("chat template", template)?
        .render_captured_to(Value::from(Serde(variables)), &mut text)?;
    Ok(String::from_utf8(text.0)?)
}

/// Returns the text of `template` with `variables`, a JSON object. It runs on
/// a thread of its own, with a stack for what templates of strangers nest. One
/// that takes too long is left to itself: an error, and the thread ends with
/// the process at the latest.
pub fn render(template: &str, variables: &[u8]) -> Outcome<String> {
    if template.len() > MAX_TEMPLATE_BYTES {
        return Err(format!("it has over {MAX_TEMPLATE_BYTES} bytes").into());
    }
    let template = without_generation_tags(template);
    let variables: serde_json::Value = serde_json::from_slice(variables)?;
    let (sender, receiver) = channel();
    let thread = thread::Builder::new()
        .name("chat template".into())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // The receiver is gone when it took too long.
            let _ = sender.send(render_here(&template, &variables));
        })?;
    match receiver.recv_timeout(MAX_TIME) {
        Ok(text) => {
            // What the thread still frees counts as its time.
            let _ = thread.join();
            text
        }
        Err(RecvTimeoutError::Timeout) => Err("it computes for too long".into()),
        Err(RecvTimeoutError::Disconnected) => Err("the template engine failed".into()),
    }
}
