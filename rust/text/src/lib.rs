//! The C ABI of `include/dobby_text.h`, which documents every function.
//!
//! Every entry that runs code of another crate goes through `guard`, which
//! turns errors and panics into a message.

mod chat;
mod components;
mod tokenizer;
mod vocabulary;

use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
use std::sync::Once;
use std::{ptr, slice};

use tokenizer::TextTokenizer;
use vocabulary::Vocabulary;

pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct DtText {
    data: *const u8,
    size: usize,
}

impl DtText {
    unsafe fn bytes<'a>(self) -> &'a [u8] {
        borrowed(self.data, self.size)
    }

    unsafe fn str<'a>(self) -> Outcome<&'a str> {
        std::str::from_utf8(self.bytes())
            .map_err(|e| format!("the text is not UTF-8 at byte {}", e.valid_up_to()).into())
    }
}

#[repr(C)]
pub struct DtBuffer {
    data: *mut u8,
    size: usize,
}

#[repr(C)]
pub struct DtIds {
    data: *mut u32,
    size: usize,
}

#[repr(C)]
pub struct DtVocabulary {
    kind: i32,
    tokens: *const DtText,
    types: *const i32,
    scores: *const f32,
    n_tokens: usize,
    merges: *const DtText,
    n_merges: usize,
    splits: *const DtText,
    n_splits: usize,
    single_digits: i32,
    ignore_merges: i32,
    nfc: i32,
    add_space_prefix: i32,
}

const SENTENCE_PIECE_BPE: i32 = 1;

impl DtVocabulary {
    unsafe fn read<'a>(&self) -> Outcome<Vocabulary<'a>> {
        let sentence_piece = self.kind == SENTENCE_PIECE_BPE;
        let n_scores = if sentence_piece { self.n_tokens } else { 0 };
        Ok(Vocabulary {
            sentence_piece,
            tokens: strings(self.tokens, self.n_tokens)?,
            types: borrowed(self.types, self.n_tokens),
            scores: borrowed(self.scores, n_scores),
            merges: strings(self.merges, self.n_merges)?,
            splits: strings(self.splits, self.n_splits)?,
            single_digits: self.single_digits != 0,
            ignore_merges: self.ignore_merges != 0,
            nfc: self.nfc != 0,
            add_space_prefix: self.add_space_prefix != 0,
        })
    }
}

unsafe fn borrowed<'a, T>(data: *const T, size: usize) -> &'a [T] {
    if size == 0 {
        &[]
    } else {
        slice::from_raw_parts(data, size)
    }
}

unsafe fn strings<'a>(texts: *const DtText, n: usize) -> Outcome<Vec<&'a str>> {
    borrowed(texts, n).iter().map(|text| text.str()).collect()
}

fn leak<T>(values: Vec<T>) -> (*mut T, usize) {
    let values = values.into_boxed_slice();
    let size = values.len();
    (Box::into_raw(values) as *mut T, size)
}

unsafe fn unleak<T>(data: *mut T, size: usize) {
    if !data.is_null() {
        drop(Box::from_raw(ptr::slice_from_raw_parts_mut(data, size)));
    }
}

fn give_text(text: String, out: *mut DtBuffer) {
    let (data, size) = leak(text.into_bytes());
    unsafe { *out = DtBuffer { data, size } }
}

/// Runs `body`; on an error or a panic, gives the message to `error` and
/// returns `failed`.
fn guard<T>(error: *mut DtBuffer, failed: T, body: impl FnOnce() -> Outcome<T>) -> T {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| set_hook(Box::new(|_| {})));
    let message = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => return value,
        Ok(Err(e)) => e.to_string(),
        Err(panic) => match panic.downcast_ref::<String>() {
            Some(text) => text.clone(),
            None => panic.downcast_ref::<&str>().unwrap_or(&"panic").to_string(),
        },
    };
    if !error.is_null() {
        give_text(message, error);
    }
    failed
}

#[no_mangle]
pub unsafe extern "C" fn dt_from_json(json: DtText, error: *mut DtBuffer) -> *mut TextTokenizer {
    guard(error, ptr::null_mut(), || {
        Ok(Box::into_raw(Box::new(TextTokenizer::from_json(
            json.bytes(),
        )?)))
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_check_components(
    json: DtText,
    splits: *const DtText,
    n_splits: usize,
    error: *mut DtBuffer,
) -> i32 {
    guard(error, 0, || {
        components::check_components(json.bytes(), &strings(splits, n_splits)?)?;
        Ok(1)
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_free(tokenizer: *mut TextTokenizer) {
    if !tokenizer.is_null() {
        drop(Box::from_raw(tokenizer));
    }
}

#[no_mangle]
pub unsafe extern "C" fn dt_vocabulary_to_json(
    vocabulary: *const DtVocabulary,
    json: *mut DtBuffer,
    error: *mut DtBuffer,
) -> i32 {
    guard(error, 0, || {
        give_text((*vocabulary).read()?.to_json()?, json);
        Ok(1)
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_encode(
    tokenizer: *const TextTokenizer,
    text: DtText,
    trusted: i32,
    ids: *mut DtIds,
    error: *mut DtBuffer,
) -> i32 {
    guard(error, 0, || {
        let text = text.str()?;
        let encoded = if trusted != 0 {
            (*tokenizer).encode_trusted(text)?
        } else {
            (*tokenizer).encode(text)?
        };
        let (data, size) = leak(encoded);
        *ids = DtIds { data, size };
        Ok(1)
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_decode(
    tokenizer: *const TextTokenizer,
    ids: *const u32,
    n_ids: usize,
    text: *mut DtBuffer,
    error: *mut DtBuffer,
) -> i32 {
    guard(error, 0, || {
        give_text((*tokenizer).decode(borrowed(ids, n_ids))?, text);
        Ok(1)
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_vocab_size(tokenizer: *const TextTokenizer) -> usize {
    guard(ptr::null_mut(), 0, || Ok((*tokenizer).vocab_size()))
}

#[no_mangle]
pub unsafe extern "C" fn dt_id_of(tokenizer: *const TextTokenizer, name: DtText) -> i64 {
    guard(ptr::null_mut(), -1, || {
        Ok((*tokenizer).id_of(name.str()?).map_or(-1, i64::from))
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_is_control(tokenizer: *const TextTokenizer, id: u32) -> i32 {
    guard(
        ptr::null_mut(),
        0,
        || Ok((*tokenizer).is_control(id) as i32),
    )
}

#[no_mangle]
pub unsafe extern "C" fn dt_render(
    chat_template: DtText,
    variables: DtText,
    text: *mut DtBuffer,
    error: *mut DtBuffer,
) -> i32 {
    guard(error, 0, || {
        give_text(chat::render(chat_template.str()?, variables.bytes())?, text);
        Ok(1)
    })
}

#[no_mangle]
pub unsafe extern "C" fn dt_free_buffer(buffer: DtBuffer) {
    unleak(buffer.data, buffer.size);
}

#[no_mangle]
pub unsafe extern "C" fn dt_free_ids(ids: DtIds) {
    unleak(ids.data, ids.size);
}
