// How good a summary is: against a reference, and against the code itself.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dobby/chunk.h"

namespace dobby {

/// Returns the smoothed sentence BLEU-4 of CodeXGLUE's code-to-text task, 0 to
/// 100. Both texts are stripped, lowercased and split into words and single
/// other characters. Source: evaluator.py of CodeXGLUE (Lu et al., 2021), with
/// the smoothing of Lin and Och (2004).
double CodeXGlueBleu(std::string_view reference, std::string_view candidate);

/// Precision, recall and their harmonic mean, 0 to 1.
struct RougeScore {
  double precision = 0, recall = 0, f1 = 0;
};

struct RougeScores {
  RougeScore rouge1, rouge2, rouge_l;
};

/// Returns ROUGE-1, -2 and -L as the package rouge-score 0.1.2 does: words of
/// a-z and 0-9 in lower case, with `stem` by Porter's algorithm.
/// Source: ROUGE (Lin, 2004).
RougeScores Rouge(std::string_view reference, std::string_view candidate,
                  bool stem);

/// Returns chrF, 0 to 100, with the defaults of sacrebleu: n-grams of 1 to 6
/// characters without white space, recall weighing twice as much as precision.
/// Source: chrF (Popović, 2015).
double Chrf(std::string_view reference, std::string_view candidate);

/// Returns the share of the outline's names that the summary mentions, whole or
/// by all of their words ("reads files" for ReadFile); 1 if the outline has no
/// names.
double FunctionalityCoverage(std::string_view summary,
                             std::span<const Symbol> outline);

/// Returns the share of these rules that the summary keeps: it has `lines`
/// lines, none empty; each begins with a capital letter, a digit or a name and
/// ends with ".", "!" or "?"; no word stands three times in a row; no line
/// stands twice; there is no fence, list marker or non-text character.
double SyntaxAccuracy(std::string_view summary, std::size_t lines);

/// Returns the share of the summary's identifier-like words (see IdentifiersOf)
/// that occur in the source; 1 if the summary has none.
double TechnicalAccuracy(std::string_view summary, std::string_view source);

/// A mean and its 95 % interval over resamplings.
struct MeanInterval {
  double mean = 0, low = 0, high = 0;
};

/// Returns the mean of `values` with its percentile bootstrap interval over
/// 2,000 resamplings. The same values give the same result on every machine; no
/// values give zeros. Source: Efron and Tibshirani (1993), chapter 13.
MeanInterval BootstrapMean(std::span<const double> values);

/// Returns the same sentence for every text: a baseline that has read nothing.
std::string ConstantSummary();

/// Returns the words of the outline's first name and a full stop, "read file ."
/// for ReadFile; ConstantSummary() if there is no name.
std::string NameSummary(std::span<const Symbol> outline);

}  // namespace dobby
