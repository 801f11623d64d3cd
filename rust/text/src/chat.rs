//! Chat templates: Jinja with the settings and extras of Hugging Face.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};

use crate::Outcome;

/// Instructions of the template engine; real templates take thousands.
const FUEL: u64 = 1_000_000;

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

/// Returns the text of `template` with `variables`, a JSON object.
pub fn render(template: &str, variables: &[u8]) -> Outcome<String> {
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
    let variables: serde_json::Value = serde_json::from_slice(variables)?;
    Ok(env.render_named_str("chat template", template, Value::from(Serde(&variables)))?)
}
