// The files of form/, embedded in the program.
#pragma once

namespace dobby {

extern const char kFormHtml[];
extern const char kFormCss[];
extern const char kFormJs[];

}  // namespace dobby
