#include <gtest/gtest.h>

#include <string>

#include "base/cpu_growth.h"
#include "prose/licences.h"
#include "prose/markup.h"
#include "prose/natural.h"
#include "prose/sentences.h"

namespace dobby {
namespace {

TEST(FirstSentence, EndsWhereASentenceEnds) {
  struct Case {
    const char* text;
    const char* want;
  };
  for (const Case& c : {
           Case{"Keeps bytes. And more.", "Keeps bytes."},
           Case{"Reads e.g. JPEG files. Fast.", "Reads e.g. JPEG files."},
           Case{"By Dr. Who of the U.S. Army. Yes.",
                "By Dr. Who of the U.S. Army."},
           Case{"Version 1.2 of a.b.c runs. Now.",
                "Version 1.2 of a.b.c runs."},
           Case{"Считает рыб. И лодки.", "Считает рыб."},
           Case{"读取温度。写入缓存。", "读取温度。"},
           Case{"Why? Because.", "Why?"},
           Case{"no end", "no end"},
           Case{"", ""},
       }) {
    EXPECT_EQ(FirstSentence(c.text), c.want);
  }
  EXPECT_EQ(CountWords("Keeps 2 bytes, or so."), 5u);
  EXPECT_GT(CountWords("读取温度传感器的数据"), 3u);
  EXPECT_EQ(CountWords(" -- "), 0u);
}

TEST(RenderMarkup, LeavesWhatAReaderSees) {
  struct Case {
    const char* text;
    const char* want;
  };
  for (const Case& c : {
           Case{"A <b>list</b> &mdash; if n &lt; 2.", "A list — if n < 2."},
           Case{"Finds the <see cref=\"T:N.Rate\"/> of <c>x</c>.",
                "Finds the Rate of x."},
           Case{"A List<String> of a < b.", "A List<String> of a < b."},
           Case{"See {@link a.b.Store} and {@link Store the shop}.",
                "See Store and the shop."},
           Case{"{@code x} of {@link Store#open}.", "x of Store#open."},
           Case{"A :class:`~a.Job`, ``next`` of :ref:`jobs <jobs-ref>`.",
                "A Job, `next` of jobs."},
           Case{"An [io.Reader] of a[i], [T](x), [the end](url) and **all**.",
                "An io.Reader of a[i], T, the end and all."},
           Case{"See <https://a.example/b>.", "See https://a.example/b."},
           Case{"<b></b> <i></i>", ""},
           Case{"{@", "{@"},
           Case{"a [b", "a [b"},
       }) {
    EXPECT_EQ(RenderMarkup(c.text), c.want);
  }
}

TEST(IsDirective, IsToldByItsForm) {
  for (const char* line :
       {"frozen_string_literal: true", "coding: utf-8", "typed: strict",
        "shellcheck disable=SC2034,SC1091", "eslint-disable no-console",
        "cython: language_level=3, boundscheck=False", "Module : Gauge",
        "yaml-language-server: $schema=https://a.example/s.json", "@ts-check",
        "vim: set ts=4", "noqa: E501"}) {
    EXPECT_TRUE(IsDirective(line)) << line;
  }
  for (const char* line :
       {"Copies the photos of the camera.", "in files", "A queue of bytes",
        "Note: it is slow.", "Очередь: задания", "Sets x=1 for the test."}) {
    EXPECT_FALSE(IsDirective(line)) << line;
  }
}

TEST(IsProse, IsAskedOfAnyScript) {
  for (const char* text :
       {"Adds two tides.", "A queue of bytes", "Очередь заданий с приоритетами",
        "池の魚を数える", "Keeps “rings” — and more — in order",
        "Zählt die Fische im Teich"}) {
    EXPECT_TRUE(IsProse(text)) << text;
  }
  for (const char* text :
       {"const old = require('./old'); old.start({ port: 80 })",
        "const a = open(\"b…\"); return a;", "global jQuery", "compdef fd",
        "User: maria Date: 1/2/2012 Time: 10:11 AM", "Created on 3 Mar 2019",
        ""}) {
    EXPECT_FALSE(IsProse(text)) << text;
  }
}

TEST(Licences, AreKnownByWhatTheirTextsSay) {
  EXPECT_EQ(LicenceOf("MIT License\n\nPermission is hereby granted, free of\n"
                      "charge, to any person"),
            "MIT");
  EXPECT_EQ(LicenceOf("Mozilla Public License Version 2.0\n ... GNU Affero "
                      "General Public License, Version 3"),
            "MPL-2.0")
      << "a licence may name others";
  EXPECT_EQ(LicenceOf("Apache License\n  Version 2.0, January 2004"),
            "Apache-2.0");
  EXPECT_EQ(LicenceOf("A text about licences."), "");
  for (const char* text :
       {"Copyright 2020 A. Person", "© 2021 Example GmbH",
        "This file is part of GNU Turnip.", "Licensed under the MIT License",
        "(c) A. Person", "provided without warranty of any kind"}) {
    EXPECT_TRUE(IsLicence(text)) << text;
  }
  for (const char* text : {"Reads the license key of a printer.",
                           "Finds files without a copyright line.",
                           "Prints the warranty card of a device."}) {
    EXPECT_FALSE(IsLicence(text)) << text;
  }
}

TEST(Prose, TakesLinearTime) {
  const auto seconds = [](std::size_t repeats) {
    std::string text;
    for (std::size_t i = 0; i < repeats; ++i) text += "{@link [a](b <b> :c:`";
    const double begin = ThreadCpuSeconds();
    (void)RenderMarkup(text);
    (void)IsProse(text);
    (void)IsDirective(text);
    (void)FirstSentence(text);
    (void)IsLicence(text);
    return ThreadCpuSeconds() - begin;
  };
  (void)seconds(1);  // ICU loads its rules.
  const double once = seconds(5000);
  EXPECT_LT(seconds(50000), 30 * once + 0.2);
}

}  // namespace
}  // namespace dobby
