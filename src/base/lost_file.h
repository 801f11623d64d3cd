// What happens when a mapped file loses pages.
#pragma once

namespace dobby {

/// From now on, reading a page of a mapped file that the file no longer has
/// (another program cut it, or the disk failed) ends the process with `message`
/// on stderr and exit status `status`. Otherwise SIGBUS kills it without a
/// word. There is no way back into code that was promised the bytes. Call it
/// once, at the start of a program. `message` must live as long as the process.
void ExitOnLostFile(const char* message, int status);

}  // namespace dobby
