#include "models/packed_weights.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/folder.h"
#include "base/pages.h"
#include "dobby/model.h"
#include "kernels/packed_matrix.h"
#include "models/staged_folder.h"

namespace dobby {
namespace {

namespace fs = std::filesystem;

/// Version of the layout of the file and of the matrices in it.
constexpr const char* kLayout = "v2";
/// What is hashed and written at once.
constexpr std::size_t kPieceBytes = 1u << 20;
/// Panels after which the pages of the source are given back.
constexpr std::size_t kPanelsBetweenDrops = 64;

std::size_t Size(std::int64_t value) { return static_cast<std::size_t>(value); }

std::size_t PanelsIn(const PackedEntry& entry) {
  return entry.from.size() * PanelsOf(Size(entry.from.front().rows));
}

std::size_t GroupsIn(const PackedEntry& entry) {
  return Size(entry.columns()) / kGroup;
}

ContentHash HashOfPlan(const PackingPlan& plan) {
  FieldHasher hasher;
  const auto add = [&](const Extent& extent) {
    hasher.Add(std::to_string(extent.offset));
    hasher.Add(std::to_string(extent.length));
  };
  for (const PackedEntry& entry : plan.matrices) {
    hasher.Add("matrix");
    for (const BlockMatrix& matrix : entry.from) {
      hasher.Add(std::to_string(matrix.bits));
      hasher.Add(std::to_string(matrix.rows));
      hasher.Add(std::to_string(matrix.columns));
      add(matrix.codes);
      add(matrix.scales);
    }
    add(entry.codes);
    add(entry.scales);
  }
  for (const CopiedEntry& entry : plan.copies) {
    hasher.Add("copy");
    add(entry.from);
    add(entry.to);
  }
  return hasher.Finish();
}

/// Returns whether `path` itself, no link, is of `type` and nobody but this
/// user and root may change it.
bool IsOurs(const std::string& path, mode_t type) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 &&
         (status.st_mode & S_IFMT) == type &&
         (status.st_uid == ::geteuid() || status.st_uid == 0) &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// Errors: kIo for a folder of all packed weights that others may change.
Result<void> CheckIsOurs(const std::string& folder) {
  if (IsOurs(folder, S_IFDIR)) return {};
  return Error{ErrorCode::kIo,
               "is open to other users, who could change the weights while "
               "they are in use: `chmod 700` it if it is yours, or set "
               "DOBBY_CACHE to a folder of your own",
               folder};
}

/// Returns how the first page of the file begins; the checksum follows.
std::string HeaderOf(const PackingPlan& plan) {
  return "dobby packed weights\nlayout " + std::string(kLayout) + "\nbytes " +
         std::to_string(plan.bytes) + "\nplan " + HashOfPlan(plan).ToHex() +
         "\nblake3 ";
}

bool IsMadeBy(const PackingPlan& plan, const std::string& folder) {
  const std::string path = folder + "/" + kPackedFile;
  if (!IsOurs(fs::path(folder).parent_path().string(), S_IFDIR) ||
      !IsOurs(folder, S_IFDIR) || !IsOurs(path, S_IFREG)) {
    return false;
  }
  const auto file = MappedFile::Open(path);
  return file && file->bytes().size() == plan.bytes &&
         file->bytes().starts_with(HeaderOf(plan));
}

/// The checksum of what follows the first page: BLAKE3 of pieces of 1 MiB,
/// each with its length before it.
class PieceHasher {
 public:
  void Add(std::string_view piece) { hasher_.Add(piece); }
  std::string Hex() const { return hasher_.Finish().ToHex(); }

 private:
  FieldHasher hasher_;
};

/// Writes the packed file from its second page on, piece by piece, and at
/// last its first one. After a failure the calls do nothing.
class PackedFileWriter {
 public:
  explicit PackedFileWriter(std::string path) : path_(std::move(path)) {
    auto file = OpenForWriting(path_, O_WRONLY | O_EXCL);
    if (file) {
      file_ = *std::move(file);
    } else {
      error_ = file.error();
    }
    piece_.reserve(kPieceBytes);
  }

  void Append(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t count =
          std::min(bytes.size(), kPieceBytes - piece_.size());
      piece_.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      if (piece_.size() == kPieceBytes) Flush();
    }
  }

  /// Fills up with zeros.
  void AppendUpTo(std::uint64_t offset) {
    static constexpr char kZeros[kPageBytes] = {};
    while (offset_ + piece_.size() < offset) {
      Append({kZeros, std::min<std::uint64_t>(
                          kPageBytes, offset - offset_ - piece_.size())});
    }
  }

  bool failed() const { return error_.has_value(); }

  /// Errors: kIo, of any of the calls.
  Result<void> Finish(const std::string& header) {
    Flush();
    std::string page = header + hasher_.Hex() + "\n";
    page.resize(kPageBytes);
    WriteAt(0, page);
    if (!failed() && ::fsync(file_.get()) != 0) Fail();
    if (!failed() && file_.Close() != 0) Fail();
    if (failed()) return *error_;
    return {};
  }

 private:
  void Flush() {
    if (piece_.empty()) return;
    hasher_.Add(piece_);
    WriteAt(offset_, piece_);
    offset_ += piece_.size();
    piece_.clear();
  }

  void WriteAt(std::uint64_t offset, std::string_view bytes) {
    while (!failed() && !bytes.empty()) {
      const ssize_t count = ::pwrite(file_.get(), bytes.data(), bytes.size(),
                                     static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Fail();
      bytes.remove_prefix(static_cast<std::size_t>(count));
      offset += static_cast<std::uint64_t>(count);
    }
  }

  void Fail() {
    error_ = SystemError(path_, "cannot write the packed weights");
    error_->code = ErrorCode::kIo;
  }

  std::string path_;
  Descriptor file_;
  std::uint64_t offset_ = kPageBytes;  ///< Of the piece.
  std::string piece_;
  PieceHasher hasher_;
  std::optional<Error> error_;
};

/// The portable data file, of which little is in memory at a time.
class SourceFile {
 public:
  explicit SourceFile(MappedFile file) : file_(std::move(file)) {}

  std::string_view Bytes(const Extent& extent) const {
    return file_.bytes().substr(extent.offset, extent.length);
  }

  /// Gives the pages of the extent back; they are read again when needed.
  void Drop(const Extent& extent) const {
    const std::uint64_t begin = extent.offset / kPageBytes * kPageBytes;
    // A hint: nothing is lost when the system does not follow it.
    (void)::madvise(const_cast<char*>(file_.bytes().data()) + begin,
                    extent.offset + extent.length - begin, MADV_DONTNEED);
  }

  /// Packs one panel; see PackPanel.
  void Pack(const BlockMatrix& matrix, std::size_t panel, std::uint8_t* codes,
            Half* scales) const {
    PackPanel(
        {matrix.bits, Size(matrix.rows), Size(matrix.columns),
         reinterpret_cast<const std::uint8_t*>(Bytes(matrix.codes).data()),
         reinterpret_cast<const float*>(Bytes(matrix.scales).data())},
        panel, codes, scales);
  }

 private:
  MappedFile file_;
};

/// Gives back the codes of the panels up to `panel`.
void DropPanels(const SourceFile& source, const BlockMatrix& matrix,
                std::size_t panel) {
  const std::size_t panel_bytes =
      Size(matrix.columns) / kGroup * GroupCodeBytes(matrix.bits);
  const std::size_t count = std::min(panel, kPanelsBetweenDrops);
  const std::size_t begin = (panel - count) * panel_bytes;
  if (begin >= matrix.codes.length) return;
  source.Drop({matrix.codes.offset + begin,
               std::min<std::uint64_t>(count * panel_bytes,
                                       matrix.codes.length - begin)});
}

/// Errors: kUnsupported where a scale is beyond half precision.
Result<void> PackMatrix(const SourceFile& source, const PackedEntry& entry,
                        PackedFileWriter& writer) {
  const std::size_t groups = GroupsIn(entry), panels = PanelsIn(entry);
  std::vector<std::uint8_t> codes(groups * GroupCodeBytes(entry.bits()));
  std::vector<Half> scales(panels * groups * kPanel);
  writer.AppendUpTo(entry.codes.offset);
  for (std::size_t i = 0; i < panels && !writer.failed(); ++i) {
    const BlockMatrix& from = entry.from[i % entry.from.size()];
    const std::size_t panel = i / entry.from.size();
    source.Pack(from, panel, codes.data(), scales.data() + i * groups * kPanel);
    writer.Append({reinterpret_cast<const char*>(codes.data()), codes.size()});
    if ((panel + 1) % kPanelsBetweenDrops == 0) {
      DropPanels(source, from, panel + 1);
    }
  }
  if (!std::all_of(scales.begin(), scales.end(), [](Half scale) {
        return std::isfinite(static_cast<float>(scale));
      })) {
    return Error{ErrorCode::kUnsupported,
                 "has weights whose scales exceed half precision", ""};
  }
  writer.AppendUpTo(entry.scales.offset);
  writer.Append({reinterpret_cast<const char*>(scales.data()),
                 scales.size() * sizeof(Half)});
  for (const BlockMatrix& from : entry.from) {
    DropPanels(source, from, PanelsOf(Size(from.rows)));
    source.Drop(from.scales);
  }
  return {};
}

/// Writes the whole file. Errors: kModel, kIo, kUnsupported.
Result<void> Pack(const PackingPlan& plan, const std::string& path) {
  auto mapped = MappedFile::Open(plan.source);
  if (!mapped || mapped->bytes().size() != plan.source_bytes) {
    return Error{ErrorCode::kModel,
                 mapped ? "changed while it was read" : mapped.error().message,
                 plan.source};
  }
  const SourceFile source(*std::move(mapped));
  PackedFileWriter writer(path);
  for (const PackedEntry& entry : plan.matrices) {
    auto packed = PackMatrix(source, entry, writer);
    if (!packed) {
      packed.error().context = plan.source;
      return packed;
    }
  }
  for (const CopiedEntry& entry : plan.copies) {
    writer.AppendUpTo(entry.to.offset);
    writer.Append(source.Bytes(entry.from));
    source.Drop(entry.from);
  }
  return writer.Finish(HeaderOf(plan));
}

/// Removes what other versions of dobby made of the model. What they have
/// mapped stays theirs.
void RemoveOtherLayouts(const std::string& kept) {
  const fs::path path(kept);
  const std::string name = path.filename().string();
  const std::string stem = name.substr(0, name.rfind('-') + 1);
  std::vector<fs::path> old;
  std::error_code code;
  fs::directory_iterator at(path.parent_path(), code), end;
  for (; !code && at != end; at.increment(code)) {
    const std::string other = at->path().filename().string();
    const bool own = other == name || other.starts_with("." + name + ".");
    if (!own && (other.starts_with(stem) || other.starts_with("." + stem))) {
      old.push_back(at->path());
    }
  }
  for (const fs::path& folder : old) fs::remove_all(folder, code);
}

}  // namespace

bool BlockMatrix::operator==(const BlockMatrix& other) const {
  return bits == other.bits && rows == other.rows && columns == other.columns &&
         codes.offset == other.codes.offset &&
         scales.offset == other.scales.offset;
}

bool CanAlternate(const BlockMatrix& a, const BlockMatrix& b) {
  return a.bits == b.bits && a.rows == b.rows && a.columns == b.columns &&
         Size(a.rows) % kPanel == 0;
}

std::int64_t PackedEntry::rows() const {
  return static_cast<std::int64_t>(from.size()) * from.front().rows;
}

std::vector<std::int64_t> PackedEntry::CodeDims() const {
  return {static_cast<std::int64_t>(PanelsIn(*this)),
          static_cast<std::int64_t>(GroupsIn(*this)),
          static_cast<std::int64_t>(GroupCodeBytes(bits()))};
}

std::vector<std::int64_t> PackedEntry::ScaleDims() const {
  return {static_cast<std::int64_t>(PanelsIn(*this)),
          static_cast<std::int64_t>(GroupsIn(*this)),
          static_cast<std::int64_t>(kPanel)};
}

void PlaceTensors(PackingPlan& plan) {
  plan.bytes = kPageBytes;
  const auto place = [&](std::uint64_t length) {
    const std::uint64_t offset = RoundUpToPages(plan.bytes);
    plan.bytes = offset + length;
    return Extent{offset, length};
  };
  for (PackedEntry& entry : plan.matrices) {
    const std::size_t blocks = PanelsIn(entry) * GroupsIn(entry);
    entry.codes = place(blocks * GroupCodeBytes(entry.bits()));
    entry.scales = place(blocks * kPanel * sizeof(Half));
  }
  for (CopiedEntry& entry : plan.copies) entry.to = place(entry.from.length);
}

std::string PackedWeightsDir() { return CacheDir() + "/packed"; }

Result<std::string> EnsurePackedWeights(const PackingPlan& plan,
                                        const ContentHash& id) {
  const std::string folder =
      PackedWeightsDir() + "/" + id.ToHex() + "-" + kLayout;
  if (IsMadeBy(plan, folder) && VerifyPackedWeights(folder)) return folder;
  // Only this user may cut what sessions have mapped.
  auto staged = StagedFolder::Begin(folder, 0700);
  if (!staged) return staged.error();
  // Another process may have made it while this one waited.
  if (IsMadeBy(plan, folder) && VerifyPackedWeights(folder)) return folder;
  auto done = CheckIsOurs(fs::path(folder).parent_path().string());
  if (!done) return done.error();
  done = Pack(plan, staged->path() + "/" + kPackedFile);
  if (done) done = staged->Commit();
  if (!done) return done.error();
  RemoveOtherLayouts(folder);
  return folder;
}

Result<void> VerifyPackedWeights(const std::string& folder) {
  const std::string path = folder + "/" + kPackedFile;
  const auto file = MappedFile::Open(path);
  if (!file) return file.error();
  std::string_view rest = file->bytes();
  const std::string_view page = rest.substr(0, kPageBytes);
  rest.remove_prefix(page.size());
  PieceHasher hasher;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, kPieceBytes);
    hasher.Add(piece);
    rest.remove_prefix(piece.size());
  }
  if (page.find("\nblake3 " + hasher.Hex() + "\n") != std::string_view::npos) {
    return {};
  }
  return Error{ErrorCode::kCorrupt,
               "does not match its checksum; delete it, and the next run makes "
               "it again",
               path};
}

}  // namespace dobby
