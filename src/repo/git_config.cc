#include "repo/git_config.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "repo/git_files.h"
#include "repo/glob.h"

namespace dobby {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// Returns a config value without its comment, quotes and escapes.
std::string Unquote(std::string_view raw) {
  std::string value;
  bool quoted = false;
  std::size_t keep = 0;  // Blanks at the end count only inside quotes.
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (!quoted && (c == '#' || c == ';')) break;
    if (c == '"') {
      quoted = !quoted;
      keep = std::max(keep, value.size());
      continue;
    }
    const bool escaped = c == '\\' && i + 1 < raw.size();
    if (escaped) {
      c = raw[++i];
      if (c == '\n') continue;  // The value goes on in the next line.
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
    }
    value += c;
    if (quoted || escaped || kBlanks.find(c) == std::string_view::npos) {
      keep = value.size();
    }
  }
  value.resize(keep);
  return value;
}

/// Takes a line off `text`, with those that a backslash at its end joins to it.
std::string_view TakeLogicalLine(std::string_view& text) {
  std::size_t end = std::min(text.find('\n'), text.size());
  while (end > 0 && end < text.size() && text[end - 1] == '\\') {
    end = std::min(text.find('\n', end + 1), text.size());
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// Takes `[section "subsection"]` off `line` into `setting`.
void TakeHeader(std::string_view& line, GitSetting& setting) {
  std::size_t i = 1;
  std::string name;
  setting.subsection.clear();
  bool quoted = false;
  for (; i < line.size() && (quoted || line[i] != ']'); ++i) {
    if (line[i] == '"') {
      quoted = !quoted;
      continue;
    }
    if (quoted && line[i] == '\\' && i + 1 < line.size()) ++i;
    (quoted ? setting.subsection : name) += line[i];
  }
  line = Trim(line.substr(std::min(i + 1, line.size())));
  setting.section = Lower(Trim(name));
}

/// Reads config files and what they include.
class ConfigReader {
 public:
  explicit ConfigReader(const std::optional<GitWorkTree>& tree) : tree_(tree) {}

  void Read(const std::string& path, int depth) {
    if (config_.files.size() >= kMostConfigFiles) return;
    config_.files.push_back(path);
    ForEachSetting(TextOrEmpty(path), [&](const GitSetting& setting) {
      Apply(setting, path, depth);
    });
  }

  GitConfig Take() { return std::move(config_); }

 private:
  void Apply(const GitSetting& setting, const std::string& path, int depth) {
    const std::string& section = setting.section;
    if (section == "core" && setting.subsection.empty() &&
        setting.key == "excludesfile") {
      config_.excludes_file = WithHome(setting.value);
    }
    if (section == "extensions" && setting.key == "objectformat") {
      config_.has_sha256 = Lower(setting.value) == "sha256";
    }
    const bool includes =
        setting.key == "path" && !setting.value.empty() &&
        depth < kMostIncludeDepth &&
        ((section == "include" && setting.subsection.empty()) ||
         (section == "includeif" && Holds(setting.subsection, path)));
    if (!includes) return;
    const std::string value = WithHome(setting.value);
    Read(value.starts_with('/') ? value
                                : std::string(FolderOf(path)) + "/" + value,
         depth + 1);
  }

  static std::string WithHome(const std::string& path) {
    return path.starts_with("~/") ? Environment("HOME") + path.substr(1) : path;
  }

  /// Whether the condition of an `[includeIf]` in the file `path` holds.
  bool Holds(std::string_view condition, const std::string& path) const {
    if (!tree_) return false;
    const std::size_t colon = std::min(condition.find(':'), condition.size());
    const std::string_view kind = condition.substr(0, colon);
    std::string pattern(
        condition.substr(std::min(colon + 1, condition.size())));
    if (pattern.empty()) return false;
    if (pattern.ends_with('/')) pattern += "**";
    if (kind == "onbranch") return Glob(pattern).Matches(Branch());
    if (kind != "gitdir" && kind != "gitdir/i") return false;
    pattern = WithHome(pattern);
    if (pattern.starts_with("./")) {
      pattern = std::string(FolderOf(path)) + pattern.substr(1);
    } else if (!pattern.starts_with('/')) {
      pattern = "**/" + pattern;
    }
    const bool folds = kind == "gitdir/i";
    return Glob(folds ? Lower(pattern) : pattern)
        .Matches(folds ? Lower(tree_->git_dir) : tree_->git_dir);
  }

  std::string Branch() const {
    constexpr std::string_view kRef = "ref: refs/heads/";
    const std::string head = TextOrEmpty(tree_->git_dir + "/HEAD");
    return head.starts_with(kRef)
               ? std::string(Trim(std::string_view(head).substr(kRef.size())))
               : "";
  }

  const std::optional<GitWorkTree>& tree_;
  GitConfig config_;
};

std::vector<std::string> TopConfigFiles(
    const std::optional<GitWorkTree>& tree) {
  std::vector<std::string> files;
  const std::string system = Environment("GIT_CONFIG_SYSTEM");
  files.push_back(system.empty() ? "/etc/gitconfig" : system);
  const std::string global = Environment("GIT_CONFIG_GLOBAL");
  if (global.empty()) {
    files.push_back(UserGitFolder() + "/config");
    files.push_back(Environment("HOME") + "/.gitconfig");
  } else {
    files.push_back(global);
  }
  if (tree) files.push_back(tree->common_dir + "/config");
  return files;
}

}  // namespace

void ForEachSetting(std::string_view text,
                    const std::function<void(const GitSetting&)>& visit) {
  GitSetting setting;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = Trim(TakeLogicalLine(text));
    if (line.starts_with('[')) TakeHeader(line, setting);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    const std::size_t equals = line.find('=');
    setting.key = Lower(Trim(line.substr(0, equals)));
    setting.value =
        equals == line.npos ? "true" : Unquote(Trim(line.substr(equals + 1)));
    visit(setting);
  }
}

GitConfig ReadGitConfig(const std::optional<GitWorkTree>& tree) {
  ConfigReader reader(tree);
  for (const std::string& file : TopConfigFiles(tree)) reader.Read(file, 0);
  return reader.Take();
}

}  // namespace dobby
