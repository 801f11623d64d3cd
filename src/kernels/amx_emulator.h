// AMX for tests on CPUs without it: a signal handler catches the unknown
// instruction and does what Intel's manual says.
#pragma once

#ifdef __x86_64__
#include <gtest/gtest.h>
#include <signal.h>
#include <ucontext.h>

#include <cstdint>
#include <cstring>

#include "kernels/amx_tiles.h"

namespace dobby {

/// The tile registers of one thread. What a CPU would report as a fault fails
/// the test. Source: the operations of Intel's manual, volume 2.
class EmulatedTiles {
 public:
  void LoadConfig(const void* from) {
    std::memcpy(&config_, from, sizeof(config_));
    EXPECT_LE(config_.palette, 1);
    EXPECT_EQ(config_.start_row, 0);
    for (const std::uint8_t byte : config_.reserved) EXPECT_EQ(byte, 0);
    for (std::size_t tile = 0; tile < std::size(config_.rows); ++tile) {
      const bool exists = config_.palette == 1 && tile < kAmxTiles;
      EXPECT_LE(config_.rows[tile], exists ? kAmxRows : 0);
      EXPECT_LE(config_.row_bytes[tile], exists ? kAmxRowBytes : 0);
      EXPECT_EQ(config_.rows[tile] == 0, config_.row_bytes[tile] == 0);
    }
    std::memset(data_, 0, sizeof(data_));
  }

  void StoreConfig(void* to) const {
    std::memcpy(to, &config_, sizeof(config_));
  }

  void Zero(unsigned tile) {
    ExpectConfigured(tile);
    std::memset(data_[tile], 0, sizeof(data_[tile]));
  }

  void Load(unsigned tile, const std::uint8_t* from, std::int64_t stride) {
    Zero(tile);
    for (std::int64_t r = 0; r < config_.rows[tile]; ++r) {
      std::memcpy(data_[tile][r], from + r * stride, config_.row_bytes[tile]);
    }
  }

  void Store(unsigned tile, std::uint8_t* to, std::int64_t stride) const {
    ExpectConfigured(tile);
    for (std::int64_t r = 0; r < config_.rows[tile]; ++r) {
      std::memcpy(to + r * stride, data_[tile][r], config_.row_bytes[tile]);
    }
  }

  /// TDPBSSD, or TDPBUSD if the bytes `A` of `a` are unsigned.
  template <typename A>
  void MultiplyAdd(unsigned sum, unsigned a, unsigned b) {
    ++products_;
    ExpectConfigured(sum);
    EXPECT_TRUE(sum != a && sum != b && a != b);
    EXPECT_EQ(config_.rows[sum], config_.rows[a]);
    EXPECT_EQ(config_.row_bytes[sum], config_.row_bytes[b]);
    EXPECT_EQ(config_.row_bytes[a], 4 * config_.rows[b]);
    for (std::size_t r = 0; r < config_.rows[sum]; ++r) {
      for (std::size_t q = 0; q < config_.rows[b]; ++q) {
        for (std::size_t n = 0; n < config_.row_bytes[sum]; n += 4) {
          AddDot<A>(&data_[a][r][4 * q], &data_[b][q][n], &data_[sum][r][n]);
        }
      }
    }
  }

  /// Returns how often MultiplyAdd() was called.
  std::size_t products() const { return products_; }

 private:
  void ExpectConfigured(unsigned tile) const {
    ASSERT_LT(tile, kAmxTiles);
    EXPECT_GT(config_.rows[tile], 0) << tile;
  }

  template <typename A>
  static void AddDot(const std::uint8_t* a, const std::uint8_t* b,
                     std::uint8_t* sum) {
    std::int32_t total;
    std::memcpy(&total, sum, sizeof(total));
    for (std::size_t i = 0; i < 4; ++i) {
      total += static_cast<A>(a[i]) * static_cast<std::int8_t>(b[i]);
    }
    std::memcpy(sum, &total, sizeof(total));
  }

  TileConfig config_;
  std::size_t products_ = 0;
  std::uint8_t data_[kAmxTiles][kAmxRows][kAmxRowBytes] = {};
};

/// An instruction with a three-byte VEX prefix and its operands.
class VexInstruction {
 public:
  explicit VexInstruction(ucontext_t& context)
      : registers_(context.uc_mcontext.gregs),
        code_(reinterpret_cast<const std::uint8_t*>(registers_[REG_RIP])) {
    if (is_vex()) Decode();
  }

  bool is_vex() const { return code_[0] == 0xc4; }
  /// Opcode map, W and L, prefix (0: none, 1: 66, 2: F3, 3: F2) and opcode.
  bool Is(unsigned prefix, unsigned opcode, bool in_memory) const {
    return is_vex() && (code_[1] & 31) == 2 && (code_[2] & 0x84) == 0 &&
           (code_[2] & 3u) == prefix && code_[3] == opcode &&
           (mod() != 3) == in_memory;
  }
  unsigned reg() const { return code_[4] >> 3 & 7u; }
  unsigned rm() const { return code_[4] & 7u; }
  unsigned vvvv() const { return ~(code_[2] >> 3) & 15u; }
  /// Without the index, which is the stride of a tile in memory.
  std::uint8_t* base() const { return reinterpret_cast<std::uint8_t*>(base_); }
  std::int64_t index() const { return index_; }
  /// Continues after it.
  void Skip() { registers_[REG_RIP] += static_cast<greg_t>(length_); }

 private:
  unsigned mod() const { return code_[4] >> 6; }

  /// The prefix holds the highest bits of register numbers, inverted.
  std::int64_t Register(unsigned low, unsigned high_bit) const {
    static constexpr int kOrder[] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return registers_[kOrder[low + (code_[1] & high_bit ? 0 : 8)]];
  }

  void Decode() {
    constexpr unsigned kX = 0x40, kB = 0x20;
    if (mod() == 3) return;
    unsigned base = rm();
    if (base == 4) {
      const unsigned sib = code_[length_++];
      base = sib & 7;
      const bool indexed = (sib >> 3 & 7) != 4 || (code_[1] & kX) == 0;
      if (indexed) index_ = Register(sib >> 3 & 7, kX) << (sib >> 6);
    }
    const bool no_base = mod() == 0 && base == 5;
    if (!no_base) base_ = Register(base, kB);
    if (mod() == 1) {
      base_ += static_cast<std::int8_t>(code_[length_++]);
    } else if (mod() == 2 || no_base) {
      std::int32_t displacement;
      std::memcpy(&displacement, code_ + length_, sizeof(displacement));
      length_ += sizeof(displacement);
      base_ += displacement;
    }
    const bool after_this = no_base && rm() == 5;
    if (after_this) {
      base_ += registers_[REG_RIP] + static_cast<greg_t>(length_);
    }
  }

  greg_t* registers_;
  const std::uint8_t* code_;
  std::size_t length_ = 5;  ///< First up to the byte of operands, then of all.
  std::int64_t base_ = 0, index_ = 0;
};

/// Emulates AMX while it lives, unless the CPU has it.
class AmxEmulator {
 public:
  AmxEmulator() {
    tiles_ = EmulatedTiles();
    struct sigaction action = {};
    action.sa_sigaction = Handle;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGILL, &action, &before_);
  }
  ~AmxEmulator() { ::sigaction(SIGILL, &before_, nullptr); }
  AmxEmulator(const AmxEmulator&) = delete;

  /// Returns how many tile products were emulated.
  static std::size_t products() { return tiles_.products(); }

 private:
  static void Handle(int /*signal*/, siginfo_t* /*info*/, void* context) {
    VexInstruction code(*static_cast<ucontext_t*>(context));
    if (code.Is(0, 0x49, true) && code.reg() == 0) {
      tiles_.LoadConfig(code.base() + code.index());
    } else if (code.Is(1, 0x49, true) && code.reg() == 0) {
      tiles_.StoreConfig(code.base() + code.index());
    } else if (code.Is(3, 0x49, false) && code.rm() == 0) {
      tiles_.Zero(code.reg());
    } else if (code.Is(3, 0x4b, true)) {
      tiles_.Load(code.reg(), code.base(), code.index());
    } else if (code.Is(2, 0x4b, true)) {
      tiles_.Store(code.reg(), code.base(), code.index());
    } else if (code.Is(3, 0x5e, false)) {
      tiles_.MultiplyAdd<std::int8_t>(code.reg(), code.rm(), code.vvvv());
    } else if (code.Is(1, 0x5e, false)) {
      tiles_.MultiplyAdd<std::uint8_t>(code.reg(), code.rm(), code.vvvv());
    } else {
      ::signal(SIGILL, SIG_DFL);  // It is run again, and ends the test.
      return;
    }
    code.Skip();
  }

  static inline EmulatedTiles tiles_;
  struct sigaction before_ = {};
};

}  // namespace dobby
#endif
