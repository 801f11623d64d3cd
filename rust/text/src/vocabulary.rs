//! From a vocabulary, as GGUF describes one, to a tokenizer.json.

use ahash::AHashMap;
use tokenizers::decoders::{
    byte_fallback::ByteFallback, byte_level::ByteLevel as ByteLevelDecoder, fuse::Fuse,
    sequence::Sequence as DecoderSequence, strip::Strip, DecoderWrapper,
};
use tokenizers::models::bpe::BPE;
use tokenizers::normalizers::{
    prepend::Prepend, replace::Replace, unicode::NFC, utils::Sequence as NormalizerSequence,
    NormalizerWrapper,
};
use tokenizers::pre_tokenizers::{
    byte_level::ByteLevel,
    digits::Digits,
    sequence::Sequence,
    split::{Split, SplitPattern},
    PreTokenizerWrapper,
};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

use crate::Outcome;

/// What a space is to SentencePiece.
pub const SPACE: &str = "\u{2581}";

/// The longest piece that merges may make, in bytes: the vocabularies in use
/// stay below a hundred. Each way to cut a piece in two is looked up, so the
/// work is the square of its length.
const MAX_PIECE_BYTES: usize = 512;

const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const BYTE: i32 = 6;

/// Borrowed form of the C ABI's DtVocabulary, which says what each field is.
pub struct Vocabulary<'a> {
    pub sentence_piece: bool,
    pub tokens: Vec<&'a str>,
    pub types: &'a [i32],
    pub scores: &'a [f32],
    pub merges: Vec<&'a str>,
    pub splits: Vec<&'a str>,
    pub single_digits: bool,
    pub ignore_merges: bool,
    pub nfc: bool,
    pub add_space_prefix: bool,
}

type IdsByToken = AHashMap<String, u32>;
type Merges = Vec<(String, String)>;

impl Vocabulary<'_> {
    pub fn to_json(&self) -> Outcome<String> {
        let ids = self.ids()?;
        let mut tokenizer = if self.sentence_piece {
            self.sentence_piece_tokenizer(ids)?
        } else {
            self.byte_level_tokenizer(ids)?
        };
        tokenizer.add_tokens(self.added(USER_DEFINED))?;
        tokenizer.add_special_tokens(self.added(CONTROL))?;
        tokenizer.to_string(false)
    }

    fn ids(&self) -> Outcome<IdsByToken> {
        let mut ids = IdsByToken::with_capacity(self.tokens.len());
        for (id, token) in self.tokens.iter().enumerate() {
            if let Some(other) = ids.insert(token.to_string(), id as u32) {
                return Err(format!("tokens {other} and {id} are both written {token:?}").into());
            }
        }
        Ok(ids)
    }

    fn added(&self, token_type: i32) -> Vec<AddedToken> {
        let typed = self.tokens.iter().zip(self.types);
        typed
            .filter(|(_, &other)| other == token_type)
            .map(|(token, _)| {
                AddedToken::from(token.to_string(), token_type == CONTROL).normalized(false)
            })
            .collect()
    }

    fn byte_level_tokenizer(&self, ids: IdsByToken) -> Outcome<Tokenizer> {
        let model = BPE::builder()
            .vocab_and_merges(ids, self.listed_merges()?)
            .ignore_merges(self.ignore_merges)
            .build()?;
        let mut cutters: Vec<PreTokenizerWrapper> = Vec::new();
        if self.single_digits {
            cutters.push(Digits::new(true).into());
        }
        for pattern in &self.splits {
            let pattern = SplitPattern::Regex(pattern.to_string());
            cutters.push(Split::new(pattern, SplitDelimiterBehavior::Isolated, false)?.into());
        }
        cutters.push(ByteLevel::new(false, false, self.splits.is_empty()).into());
        let mut tokenizer = Tokenizer::new(model);
        if self.nfc {
            tokenizer.with_normalizer(Some(NFC))?;
        }
        tokenizer.with_pre_tokenizer(Some(Sequence::new(cutters)));
        tokenizer.with_decoder(Some(ByteLevelDecoder::new(false, false, false)));
        Ok(tokenizer)
    }

    fn listed_merges(&self) -> Outcome<Merges> {
        let parts = self.merges.iter().map(|merge| {
            let (left, right) = merge
                .split_once(' ')
                .ok_or_else(|| format!("the merge {merge:?} has no space"))?;
            Ok((left.to_owned(), right.to_owned()))
        });
        parts.collect()
    }

    fn sentence_piece_tokenizer(&self, ids: IdsByToken) -> Outcome<Tokenizer> {
        let merges = self.merges_by_score(&ids)?;
        let mut builder = BPE::builder()
            .vocab_and_merges(ids, merges)
            .byte_fallback(true)
            .fuse_unk(true);
        if let Some(id) = self.types.iter().position(|&t| t == UNKNOWN) {
            builder = builder.unk_token(self.tokens[id].to_owned());
        }
        let mut normalizers: Vec<NormalizerWrapper> = Vec::new();
        let mut decoders: Vec<DecoderWrapper> = vec![
            Replace::new(SPACE, " ")?.into(),
            ByteFallback::new().into(),
            Fuse::new().into(),
        ];
        if self.add_space_prefix {
            normalizers.push(Prepend::new(SPACE.to_owned()).into());
            decoders.push(Strip::new(' ', 1, 0).into());
        }
        normalizers.push(Replace::new(" ", SPACE)?.into());
        let mut tokenizer = Tokenizer::new(builder.build()?);
        tokenizer.with_normalizer(Some(NormalizerSequence::new(normalizers)))?;
        tokenizer.with_decoder(Some(DecoderSequence::new(decoders)));
        Ok(tokenizer)
    }

    /// SentencePiece joins the pair whose union scores best: a merge for each
    /// way to cut each piece in two pieces, best score first.
    fn merges_by_score(&self, ids: &IdsByToken) -> Outcome<Merges> {
        let joined = |id: &usize| !matches!(self.types[*id], BYTE | UNKNOWN | CONTROL);
        let mut order: Vec<usize> = (0..self.tokens.len()).filter(joined).collect();
        order.sort_by(|&a, &b| self.scores[b].total_cmp(&self.scores[a]).then(a.cmp(&b)));
        let mut merges = Merges::with_capacity(order.len() * 2);
        for id in order {
            let token = self.tokens[id];
            if token.len() > MAX_PIECE_BYTES {
                let size = token.len();
                return Err(format!("token {id} has {size} bytes, over {MAX_PIECE_BYTES}").into());
            }
            for (at, _) in token.char_indices().skip(1) {
                let (left, right) = token.split_at(at);
                if ids.contains_key(left) && ids.contains_key(right) {
                    merges.push((left.to_owned(), right.to_owned()));
                }
            }
        }
        Ok(merges)
    }
}
