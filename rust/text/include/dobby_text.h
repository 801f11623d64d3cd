/* Tokenizers and chat templates (Rust crates tokenizers and minijinja).
 *
 * Ownership: a DtText is borrowed for the call. A DtBuffer, DtIds or
 * DtTokenizer that a function hands out belongs to the caller, who gives it
 * back to the matching dt_free function, once.
 *
 * Errors: a function that can fail returns 0 or NULL and, when `error` is not
 * NULL, puts one sentence there (UTF-8), to be freed by dt_free_buffer. Its
 * other outputs are then as they were. No panic crosses this border and
 * nothing is printed.
 *
 * Threads: a DtTokenizer never changes; any number of threads may use one.
 * All text is UTF-8; text that is not is an error.
 */
#ifndef DOBBY_TEXT_H_
#define DOBBY_TEXT_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Borrowed bytes; `data` may be NULL when `size` is 0. */
typedef struct {
  const char* data;
  size_t size;
} DtText;

/* Bytes handed to the caller. */
typedef struct {
  char* data;
  size_t size;
} DtBuffer;

/* Token ids handed to the caller. */
typedef struct {
  uint32_t* data;
  size_t size;
} DtIds;

typedef struct DtTokenizer DtTokenizer;

/* Kinds of vocabulary. */
enum {
  DT_BYTE_LEVEL_BPE = 0,    /* merges over bytes, as GPT-2 */
  DT_SENTENCE_PIECE_BPE = 1 /* scores over characters, as Llama and Gemma */
};

/* A vocabulary from which a tokenizer.json can be made. */
typedef struct {
  int32_t kind;
  const DtText* tokens; /* [n_tokens], no two alike */
  const int32_t* types; /* [n_tokens], GGUF's numbers: 1 normal, 2 unknown,
                           3 control, 4 user-defined, 5 unused, 6 byte */
  const float* scores;  /* [n_tokens]; sentence-piece kind only */
  size_t n_tokens;
  const DtText* merges; /* [n_merges] "left right", best first; byte-level */
  size_t n_merges;
  const DtText* splits; /* [n_splits] regular expressions that cut words, in
                           turn; none: GPT-2's own; byte-level kind only */
  size_t n_splits;
  int32_t single_digits;    /* cut every digit off before `splits` */
  int32_t ignore_merges;    /* a word that is a token needs no merges */
  int32_t nfc;              /* normalise to NFC first */
  int32_t add_space_prefix; /* put a space in front; sentence-piece kind */
} DtVocabulary;

/* Returns the tokenizer of a tokenizer.json, without its truncation and
 * padding. */
DtTokenizer* dt_from_json(DtText json, DtBuffer* error);

/* Returns 1 when a tokenizer.json normalises, splits and decodes by nothing
 * but what dt_vocabulary_to_json writes, with patterns among `splits`
 * [n_splits]. Call it before dt_from_json on a file of strangers: other steps
 * may take time and memory without end. */
int32_t dt_check_components(DtText json, const DtText* splits, size_t n_splits,
                            DtBuffer* error);
void dt_free(DtTokenizer* tokenizer);

/* Writes the tokenizer.json of a vocabulary to `json`. */
int32_t dt_vocabulary_to_json(const DtVocabulary* vocabulary, DtBuffer* json,
                              DtBuffer* error);

/* Writes the ids of `text`, nothing put before or after. With `trusted` 0 it
 * is plain text, whatever it says: no id is a control token. Otherwise names
 * of control tokens become those tokens. A run of white space is encoded in
 * stretches of at most 1,000 characters. */
int32_t dt_encode(const DtTokenizer* tokenizer, DtText text, int32_t trusted,
                  DtIds* ids, DtBuffer* error);

/* Writes the text of `ids` without control tokens. Bytes that are not UTF-8
 * become U+FFFD. An id that no token has is an error. */
int32_t dt_decode(const DtTokenizer* tokenizer, const uint32_t* ids,
                  size_t n_ids, DtBuffer* text, DtBuffer* error);

/* Returns the number of tokens, added ones included. */
size_t dt_vocab_size(const DtTokenizer* tokenizer);

/* Returns the id of the token written `name`, or -1. */
int64_t dt_id_of(const DtTokenizer* tokenizer, DtText name);

/* Returns 1 when `id` is a control token, 0 otherwise. */
int32_t dt_is_control(const DtTokenizer* tokenizer, uint32_t id);

/* Renders a chat template (Jinja, as Hugging Face uses it). `variables` is a
 * JSON object: messages, add_generation_prompt, bos_token, eos_token, ... What
 * it asks for the date is always the same day. A template over 128 KiB, that
 * computes too long or writes over 4 MiB is an error. */
int32_t dt_render(DtText chat_template, DtText variables, DtBuffer* text,
                  DtBuffer* error);

void dt_free_buffer(DtBuffer buffer);
void dt_free_ids(DtIds ids);

#ifdef __cplusplus
}
#endif

#endif /* DOBBY_TEXT_H_ */
