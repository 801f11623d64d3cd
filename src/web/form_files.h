// The files of form/ that this build carries.
#pragma once

namespace dobby {

extern const char kFormHtml[];
extern const char kFormCss[];
extern const char kFormJs[];

}  // namespace dobby
