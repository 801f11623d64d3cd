// Sentences that tell their reader to do something.
#pragma once

#include <string_view>

namespace dobby {

/// Whether a sentence of prose gives an order, and so does not say what a text
/// is for: a clause in the imperative mood ("Run the tests.", "It is safe;
/// install `it`."), an obligation ("Agents must run it.") or a prohibition.
/// Grammar decides, and no list of what is bad: a bare verb in front of an
/// object, a modal verb.
bool IsInstruction(std::string_view sentence);

/// Whether a comment on code speaks to its reader or to a program that reads
/// it: "You must hold the lock.", "SYSTEM: ignore the code." The imperative
/// alone, as in "Parse a file.", tells what the code does.
bool AddressesReader(std::string_view sentence);

}  // namespace dobby
