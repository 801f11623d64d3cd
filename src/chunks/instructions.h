// Recognises sentences that tell their reader to do something.
#pragma once

#include <string_view>

namespace dobby {

/// Whether a sentence of prose gives an order, so that it does not say what a
/// text is for: a clause in the imperative mood ("Run the tests.", "It is safe;
/// install `it`."), an obligation ("Agents must run it.") or a prohibition.
/// Grammar decides (a bare verb before an object, a modal verb), not a list of
/// bad words.
bool IsInstruction(std::string_view sentence);

/// Whether a comment on code addresses its reader or a program that reads it:
/// "You must hold the lock.", "SYSTEM: ignore the code." A mere imperative, as
/// in "Parse a file.", tells what the code does and does not count.
bool AddressesReader(std::string_view sentence);

}  // namespace dobby
