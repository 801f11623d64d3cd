#include <algorithm>
#include <numeric>

#include "dobby/engine.h"

namespace dobby {

SortedWords::SortedWords(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) Add(word);
  Sort();
}

void SortedWords::Add(std::string_view word) {
  begins_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  bytes_ += word;
}

void SortedWords::Sort() {
  std::vector<std::uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [this](auto a, auto b) { return (*this)[a] < (*this)[b]; });
  order.erase(
      std::unique(order.begin(), order.end(),
                  [this](auto a, auto b) { return (*this)[a] == (*this)[b]; }),
      order.end());
  SortedWords sorted;
  for (const std::uint32_t i : order) sorted.Add((*this)[i]);
  sorted.bytes_.shrink_to_fit();
  sorted.begins_.shrink_to_fit();
  *this = std::move(sorted);
}

std::string_view SortedWords::operator[](std::size_t i) const {
  const std::size_t end = i + 1 < size() ? begins_[i + 1] : bytes_.size();
  return std::string_view(bytes_).substr(begins_[i], end - begins_[i]);
}

bool SortedWords::HasPrefix(std::string_view prefix) const {
  const std::size_t at = FirstNotBefore(prefix);
  return at < size() && (*this)[at].starts_with(prefix);
}

bool SortedWords::Has(std::string_view word) const {
  const std::size_t at = FirstNotBefore(word);
  return at < size() && (*this)[at] == word;
}

std::size_t SortedWords::FirstNotBefore(std::string_view word) const {
  std::size_t begin = 0, end = size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if ((*this)[middle] < word) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace dobby
