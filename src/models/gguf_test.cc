#include "models/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "models/synthetic_gguf.h"

namespace dobby {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Bytes of a GGUF, value by value.
class Writer {
 public:
  template <class T>
  Writer& Put(T value) {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes_.append(raw, sizeof value);
    return *this;
  }
  Writer& Text(const std::string& text) {
    Put<std::uint64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  Writer& Header(std::uint64_t tensors, std::uint64_t metadata,
                 std::uint32_t version = 3) {
    bytes_ += "GGUF";
    return Put(version).Put(tensors).Put(metadata);
  }
  Writer& Key(const std::string& key, std::uint32_t type) {
    return Text(key).Put(type);
  }
  Writer& Tensor(const std::string& name, std::vector<std::uint64_t> dims,
                 std::uint32_t type, std::uint64_t offset) {
    Text(name).Put(static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t dim : dims) Put(dim);
    return Put(type).Put(offset);
  }
  Writer& PadTo(std::size_t alignment, std::size_t more = 0) {
    bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment +
                  more);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Result<GgufFile> OpenBytes(const std::string& bytes) {
  const std::string path = testing::TempDir() + "/gguf_test.gguf";
  std::filesystem::remove(path);  // Much faster than writing over it.
  std::ofstream(path, std::ios::binary) << bytes;
  return GgufFile::Open(path);
}

TEST(Gguf, ReadsEveryKindOfValue) {
  Writer writer;
  writer.Header(0, 16);
  writer.Key("u8", 0).Put<std::uint8_t>(200);
  writer.Key("i8", 1).Put<std::int8_t>(7);
  writer.Key("u16", 2).Put<std::uint16_t>(60000);
  writer.Key("i16", 3).Put<std::int16_t>(-3);
  writer.Key("u32", 4).Put<std::uint32_t>(4000000000u);
  writer.Key("i32", 5).Put<std::int32_t>(12);
  writer.Key("f32", 6).Put(1.5f);
  writer.Key("yes", 7).Put<std::uint8_t>(1);
  writer.Key("text", 8).Text("a\nb");
  writer.Key("u64", 10).Put<std::uint64_t>(1ull << 40);
  writer.Key("i64", 11).Put<std::int64_t>(5);
  writer.Key("f64", 12).Put(0.25);
  writer.Key("words", 9).Put<std::uint32_t>(8).Put<std::uint64_t>(2);
  writer.Text("one").Text("");
  writer.Key("ints", 9).Put<std::uint32_t>(5).Put<std::uint64_t>(2);
  writer.Put<std::int32_t>(-1).Put<std::int32_t>(9);
  writer.Key("floats", 9).Put<std::uint32_t>(6).Put<std::uint64_t>(1);
  writer.Put(2.5f);
  writer.Key("nested", 9).Put<std::uint32_t>(9).Put<std::uint64_t>(1);
  writer.Put<std::uint32_t>(0).Put<std::uint64_t>(3);
  writer.Put<std::uint8_t>(1).Put<std::uint8_t>(2).Put<std::uint8_t>(3);
  const auto file = OpenBytes(writer.bytes());
  ASSERT_TRUE(file) << file.error().ToString();
  EXPECT_EQ(file->Uint("u8"), 200u);
  EXPECT_EQ(file->Uint("i8"), 7u);
  EXPECT_EQ(file->Uint("u16"), 60000u);
  EXPECT_EQ(file->Uint("i16"), std::nullopt) << "negative";
  EXPECT_EQ(file->Uint("u32"), 4000000000u);
  EXPECT_EQ(file->Uint("i32"), 12u);
  EXPECT_EQ(file->Float("f32"), 1.5);
  EXPECT_EQ(file->Bool("yes"), true);
  EXPECT_EQ(file->String("text"), "a\nb");
  EXPECT_EQ(file->Uint("u64"), 1ull << 40);
  EXPECT_EQ(file->Uint("i64"), 5u);
  EXPECT_EQ(file->Float("f64"), 0.25);
  EXPECT_THAT(file->Strings("words"), ElementsAre("one", ""));
  EXPECT_THAT(file->Ints("ints"), ElementsAre(-1, 9));
  EXPECT_THAT(file->Floats("floats"), ElementsAre(2.5f));
  EXPECT_TRUE(file->Has("nested"));
  EXPECT_EQ(file->String("u8"), std::nullopt) << "another type";
  EXPECT_EQ(file->Uint("absent"), std::nullopt);
}

TEST(Gguf, PlacesTensorsByAlignment) {
  Writer writer;
  writer.Header(2, 1).Key("general.alignment", 4).Put<std::uint32_t>(64);
  writer.Tensor("a", {3, 2}, 0, 0).Tensor("b", {32}, 8, 64).PadTo(64);
  const std::size_t start = writer.bytes().size();
  for (int i = 0; i < 6; ++i) writer.Put(static_cast<float>(i));
  writer.PadTo(64, 34);
  const auto file = OpenBytes(writer.bytes());
  ASSERT_TRUE(file) << file.error().ToString();
  const GgufTensor* a = file->Find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->columns, 3);
  EXPECT_EQ(a->rows, 2);
  EXPECT_EQ(a->data, file->bytes().substr(start, 24));
  EXPECT_EQ(file->Find("b")->data, file->bytes().substr(start + 64, 34));
  EXPECT_EQ(file->Find("c"), nullptr);
}

TEST(Gguf, DamageIsNamedWithItsPlace) {
  const std::uint64_t huge = ~std::uint64_t{0};
  struct Case {
    const char* name;
    std::string bytes;
    ErrorCode code;
    const char* message;
  };
  const Case cases[] = {
      {"empty", "", ErrorCode::kCorrupt, "magic"},
      {"other file", "not a GGUF file", ErrorCode::kCorrupt, "no GGUF"},
      {"version", Writer().Header(0, 0, 1).bytes(), ErrorCode::kUnsupported,
       "version 1"},
      {"byte order", Writer().Header(0, 0, 0x03000000).bytes(),
       ErrorCode::kUnsupported, "byte order"},
      {"metadata count", Writer().Header(0, huge).bytes(), ErrorCode::kCorrupt,
       "a metadata key, at byte 24"},
      {"tensor count", Writer().Header(huge, 0).bytes(), ErrorCode::kCorrupt,
       "a tensor name"},
      {"key length", Writer().Header(0, 1).Put(huge).bytes(),
       ErrorCode::kCorrupt, "ends inside a metadata key"},
      {"value type", Writer().Header(0, 1).Key("k", 77).bytes(),
       ErrorCode::kCorrupt, "unknown type 77"},
      {"array length overflows",
       Writer()
           .Header(0, 1)
           .Key("k", 9)
           .Put<std::uint32_t>(10)
           .Put(huge / 4)
           .bytes(),
       ErrorCode::kCorrupt, "impossible length"},
      {"array of strings",
       Writer()
           .Header(0, 1)
           .Key("k", 9)
           .Put<std::uint32_t>(8)
           .Put(huge)
           .bytes(),
       ErrorCode::kCorrupt, "ends inside"},
      {"same key",
       Writer()
           .Header(0, 2)
           .Key("k", 7)
           .Put('\1')
           .Key("k", 7)
           .Put('\1')
           .bytes(),
       ErrorCode::kCorrupt, "second metadata key 'k'"},
      {"no dimensions", Writer().Header(1, 0).Tensor("t", {}, 0, 0).bytes(),
       ErrorCode::kCorrupt, "0 dimensions"},
      {"size overflows",
       Writer()
           .Header(1, 0)
           .Tensor("t", {1ull << 40, 1ull << 40}, 0, 0)
           .bytes(),
       ErrorCode::kCorrupt, "impossible size"},
      {"zero size", Writer().Header(1, 0).Tensor("t", {0}, 0, 0).bytes(),
       ErrorCode::kCorrupt, "impossible size"},
      {"part of a block", Writer().Header(1, 0).Tensor("t", {33}, 8, 0).bytes(),
       ErrorCode::kCorrupt, "'t' of impossible size"},
      {"unknown tensor type",
       Writer().Header(1, 0).Tensor("t", {256}, 20, 0).bytes(),
       ErrorCode::kUnsupported, "IQ4_NL"},
      {"offset outside",
       Writer().Header(1, 0).Tensor("t", {4}, 0, 1 << 20).PadTo(32, 64).bytes(),
       ErrorCode::kCorrupt, "not inside the file"},
      {"offset overflows",
       Writer()
           .Header(1, 0)
           .Tensor("t", {4}, 0, huge - 31)
           .PadTo(32, 64)
           .bytes(),
       ErrorCode::kCorrupt, "not inside the file"},
      {"offset not aligned",
       Writer().Header(1, 0).Tensor("t", {4}, 0, 4).PadTo(32, 64).bytes(),
       ErrorCode::kCorrupt, "not aligned"},
      {"overlap",
       Writer()
           .Header(2, 0)
           .Tensor("t", {16}, 0, 0)
           .Tensor("u", {16}, 0, 32)
           .PadTo(32, 128)
           .bytes(),
       ErrorCode::kCorrupt, "'u' that overlaps tensor 't'"},
      {"alignment",
       Writer()
           .Header(0, 1)
           .Key("general.alignment", 4)
           .Put<std::uint32_t>(0)
           .bytes(),
       ErrorCode::kCorrupt, "alignment of 0"},
  };
  for (const Case& c : cases) {
    const auto file = OpenBytes(c.bytes);
    ASSERT_FALSE(file) << c.name;
    EXPECT_EQ(file.error().code, c.code) << c.name;
    EXPECT_THAT(file.error().message, HasSubstr(c.message)) << c.name;
    EXPECT_THAT(file.error().message, HasSubstr("at byte")) << c.name;
  }
}

TEST(Gguf, EveryTruncationIsAnErrorOrAWholeFile) {
  const std::string whole = SyntheticGgufBytes({});
  // Every length of the header, then coarser steps through the data.
  for (std::size_t length = 0; length < whole.size();
       length += length < 2000 ? 1 : 997) {
    const auto file = OpenBytes(whole.substr(0, length));
    EXPECT_FALSE(file) << length;
  }
}

TEST(Gguf, MissingFileIsNotFound) {
  const auto file = GgufFile::Open(testing::TempDir() + "/no-such.gguf");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace dobby
