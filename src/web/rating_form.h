// The rating form: its page, and the requests of that page.
#pragma once

#include "dobby/ratings.h"
#include "web/local_server.h"

namespace dobby {

/// Returns the answer to a request. GET: `/`, `/form.css`, `/form.js`. POST,
/// with and for an object of JSON:
/// `/progress` {rater} gives {total, rated, next};
/// `/item` {rater, position} gives {position, row, rows, of_row, row_texts,
/// candidate, language, path, code, text, scores}, where scores is null or has
/// four numbers; `/rate` {rater, candidate, scores} gives what /progress does.
/// An error is {error} with the HTTP status of its code.
WebReply AnswerForm(RatingSession& session, const WebRequest& request);

}  // namespace dobby
