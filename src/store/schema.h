// The tables of an index. Documented in docs/store.md.
#pragma once

#include "dobby/result.h"
#include "store/database.h"

namespace dobby {

/// PRAGMA user_version; incremented with every change of the tables.
inline constexpr int kStoreSchemaVersion = 2;

/// PRAGMA application_id: "dobb" in ASCII.
inline constexpr int kStoreApplicationId = 0x646F6262;

/// Makes the tables in an empty database, or checks those that are there.
/// Errors: kCorrupt (of another program, or with a table, view, trigger or
/// index that is not ours), kUnsupported (a newer schema), and those of
/// Database::LastError.
Result<void> PrepareSchema(Database& database, const std::string& path);

/// Checks the tables without writing. Errors: as above; kNotFound where no run
/// has begun.
Result<void> CheckSchema(Database& database, const std::string& path);

}  // namespace dobby
