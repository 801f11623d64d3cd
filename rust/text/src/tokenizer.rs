//! Text to ids and back, with control tokens only where they are asked for.

use aho_corasick::{AhoCorasick, MatchKind};
use tokenizers::models::{bpe::BPE, ModelWrapper};
use tokenizers::{Model, Tokenizer};

use crate::Outcome;

/// Longer runs of white space are cut: from about a million characters on,
/// fancy-regex reaches its backtrack limit, the pre-tokenizer drops the error
/// and the rest of the text stays one word.
const MAX_WHITE_SPACE_RUN: usize = 1000;

/// A tokenizer that takes names of control tokens for plain text, and beside
/// it the names themselves, to find them in trusted text. (A second tokenizer
/// that parses them would double the vocabulary's memory.)
pub struct TextTokenizer {
    plain: Tokenizer,
    control_names: AhoCorasick,
    /// By pattern of `control_names`; ascending.
    control_ids: Vec<u32>,
    /// Stands in for characters that the vocabulary cannot write. Many list it
    /// among the control tokens, but plain text may give it.
    unknown: Option<u32>,
}

impl TextTokenizer {
    pub fn from_json(json: &[u8]) -> Outcome<Self> {
        let mut plain = Tokenizer::from_bytes(json)?;
        plain.with_truncation(None)?;
        plain.with_padding(None);
        plain.set_encode_special_tokens(true);
        check_ids(bpe_of(&plain)?)?;
        let unknown = bpe_of(&plain)?.unk_token.as_ref();
        let unknown = unknown.and_then(|name| plain.token_to_id(name));
        let mut control: Vec<(u32, String)> = plain
            .get_added_tokens_decoder()
            .into_iter()
            .filter(|(_, token)| token.special && !token.content.is_empty())
            .map(|(id, token)| (id, token.content))
            .collect();
        control.sort();
        let (control_ids, names): (Vec<_>, Vec<_>) = control.into_iter().unzip();
        let control_names = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(names)?;
        Ok(Self {
            plain,
            control_names,
            control_ids,
            unknown,
        })
    }

    pub fn encode(&self, text: &str) -> Outcome<Vec<u32>> {
        let mut ids = Vec::with_capacity(text.len() / 3);
        self.append_plain(text, &mut ids)?;
        Ok(ids)
    }

    pub fn encode_trusted(&self, text: &str) -> Outcome<Vec<u32>> {
        let mut ids = Vec::with_capacity(text.len() / 3);
        let mut at = 0;
        for name in self.control_names.find_iter(text) {
            self.append_plain(&text[at..name.start()], &mut ids)?;
            ids.push(self.control_ids[name.pattern().as_usize()]);
            at = name.end();
        }
        self.append_plain(&text[at..], &mut ids)?;
        Ok(ids)
    }

    pub fn decode(&self, ids: &[u32]) -> Outcome<String> {
        if let Some(id) = ids.iter().find(|&&id| self.plain.id_to_token(id).is_none()) {
            return Err(format!("no token has the id {id}").into());
        }
        self.plain.decode(ids, true)
    }

    pub fn vocab_size(&self) -> usize {
        self.plain.get_vocab_size(true)
    }

    pub fn id_of(&self, name: &str) -> Option<u32> {
        self.plain.token_to_id(name)
    }

    pub fn is_control(&self, id: u32) -> bool {
        self.control_ids.binary_search(&id).is_ok()
    }

    fn append_plain(&self, text: &str, ids: &mut Vec<u32>) -> Outcome<()> {
        for stretch in stretches(text) {
            let encoding = self.plain.encode_fast(stretch, false)?;
            // No well-made vocabulary merges up to a control token; a
            // repository must not get one past a vocabulary that does.
            let is_forbidden = |id: &&u32| self.is_control(**id) && Some(**id) != self.unknown;
            if let Some(id) = encoding.get_ids().iter().find(is_forbidden) {
                return Err(format!("plain text became the control token {id}").into());
            }
            ids.extend_from_slice(encoding.get_ids());
        }
        Ok(())
    }
}

fn bpe_of(tokenizer: &Tokenizer) -> Outcome<&BPE> {
    match tokenizer.get_model() {
        ModelWrapper::BPE(model) => Ok(model),
        _ => Err("its model is not BPE, the only kind this build knows".into()),
    }
}

/// Refuses a vocabulary that has two tokens of one id: a control token's could
/// be a word's too.
fn check_ids(model: &BPE) -> Outcome<()> {
    let mut ids: Vec<u32> = model.get_vocab().into_values().collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("two of its tokens have the id {}", pair[0]).into()),
        None => Ok(()),
    }
}

/// Cuts `text` within runs of white space over MAX_WHITE_SPACE_RUN characters.
fn stretches(text: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    let (mut start, mut run) = (0, 0);
    for (at, c) in text.char_indices() {
        if !c.is_whitespace() {
            run = 0;
            continue;
        }
        if run == MAX_WHITE_SPACE_RUN {
            cuts.push(&text[start..at]);
            (start, run) = (at, 0);
        }
        run += 1;
    }
    if start < text.len() {
        cuts.push(&text[start..]);
    }
    cuts
}
