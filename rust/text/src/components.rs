//! What a tokenizer.json may do with a text before and after its vocabulary.

use serde::de::IgnoredAny;
use serde::Deserialize;
use serde_json::Value;

use crate::vocabulary::SPACE;
use crate::Outcome;

/// Every key; the large ones are skipped.
#[derive(Deserialize)]
struct File {
    normalizer: Option<Value>,
    pre_tokenizer: Option<Value>,
    post_processor: Option<Value>,
    decoder: Option<Value>,
    #[serde(rename = "model")]
    _model: Option<IgnoredAny>,
    #[serde(rename = "added_tokens")]
    _added_tokens: Option<IgnoredAny>,
}

/// Steps in a row. The longest of dobby's own has six.
const MAX_STEPS: usize = 16;

fn text<'a>(step: &'a Value, key: &str) -> &'a str {
    step[key].as_str().unwrap_or("")
}

/// Replaces exactly `from` by `to`.
fn replaces(step: &Value, from: &str, to: &str) -> bool {
    step["pattern"]["String"] == from && text(step, "content") == to
}

/// Checks a component that is one step or a sequence of them, named `steps`
/// there. A sequence in a sequence is none of dobby's.
fn check(
    what: &str,
    component: &Option<Value>,
    steps: &str,
    is_known: impl Fn(&Value) -> bool,
) -> Outcome<()> {
    let Some(component) = component.as_ref().filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let one = std::slice::from_ref(component);
    let all = match component[steps].as_array() {
        Some(all) if text(component, "type") == "Sequence" => all.as_slice(),
        _ => one,
    };
    if all.len() > MAX_STEPS {
        return Err(format!("its {what} has over {MAX_STEPS} steps").into());
    }
    match all.iter().find(|&step| !is_known(step)) {
        Some(step) => {
            let name = text(step, "type");
            Err(format!("its {what} has a step {name:?} that no import writes").into())
        }
        None => Ok(()),
    }
}

/// Checks that a tokenizer.json has no component but those that an import
/// writes, with the patterns `splits`. Others can take time and memory without
/// end: patterns that backtrack, replacements that grow.
pub fn check_components(json: &[u8], splits: &[&str]) -> Outcome<()> {
    let file: File = serde_json::from_slice(json)?;
    check(
        "normalizer",
        &file.normalizer,
        "normalizers",
        |step| match text(step, "type") {
            "NFC" => true,
            "Prepend" => text(step, "prepend") == SPACE,
            "Replace" => replaces(step, " ", SPACE),
            _ => false,
        },
    )?;
    check(
        "pre_tokenizer",
        &file.pre_tokenizer,
        "pretokenizers",
        |step| match text(step, "type") {
            "Digits" | "ByteLevel" => true,
            "Split" => splits.contains(&text(&step["pattern"], "Regex")),
            _ => false,
        },
    )?;
    check("post_processor", &file.post_processor, "", |step| {
        text(step, "type") == "ByteLevel"
    })?;
    check("decoder", &file.decoder, "decoders", |step| {
        match text(step, "type") {
            "ByteLevel" | "ByteFallback" | "Fuse" => true,
            "Strip" => text(step, "content") == " ",
            "Replace" => replaces(step, SPACE, " "),
            _ => false,
        }
    })
}
