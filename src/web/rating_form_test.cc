// The real server, spoken to byte by byte.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "dobby/web.h"
#include "web/local_server.h"

namespace dobby {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// The form over two rows and a system, for as long as it lives.
class Served {
 public:
  Served()
      : path_(PathOf()),
        session_(Set(), *RatingsFile::Open(path_), std::span<const Rating>(),
                 [] { return std::string("2026-11-24T12:00:00Z"); }) {
    std::promise<std::string> ready;
    thread_ = std::thread([this, &ready] {
      ServeOptions options;
      options.stop = stop_.get_token();
      options.ready = [&](const std::string& url) { ready.set_value(url); };
      EXPECT_TRUE(ServeRatingForm(session_, options));
    });
    const std::string url = ready.get_future().get();
    port_ = std::stoi(url.substr(url.rfind(':') + 1));
  }
  ~Served() {
    stop_.request_stop();
    thread_.join();
  }

  int port() const { return port_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string ratings() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Sends bytes and returns all that comes back.
  std::string Say(const std::string& bytes) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address),
        0);
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    std::string reply;
    char buffer[4096];
    for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      reply.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return reply;
  }

  /// Returns a POST as the page makes it, with `headers` in it.
  std::string Post(const std::string& path, const std::string& body,
                   const std::string& headers = "") const {
    return "POST " + path + " HTTP/1.1\r\nHost: " + host() +
           "\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
  }

  /// Asks as the page does and returns the answer, which must be good.
  json Ask(const std::string& path, const json& question) const {
    const std::string reply = Say(Post(path, question.dump()));
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
    return json::parse(reply.substr(reply.find("\r\n\r\n") + 4));
  }

 private:
  static std::string PathOf() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string path = testing::TempDir() + "dobby_form_" + test->name();
    std::filesystem::remove(path);
    return path;
  }
  static RatingSet Set() {
    EvalAnswer one{"1", {"Answer one."}}, two{"2", {"Answer two."}};
    const std::vector<NamedAnswers> answers = {{"SecretModel", {one, two}}};
    return *MakeRatingSet({{"1", "go", "a.go", "code <1>", {"Reference one."}},
                           {"2", "go", "b.go", "code 2", {"Reference two."}}},
                          answers, 0);
  }

  std::string path_;
  RatingSession session_;
  std::stop_source stop_;
  std::thread thread_;
  int port_ = 0;
};

TEST(RatingForm, IsFilledInFromBeginningToEnd) {
  const Served served;
  EXPECT_EQ(served.Ask("/progress", {{"rater", "Ann"}}),
            json({{"total", 4}, {"rated", 0}, {"next", 0}}));
  std::string seen;
  for (int position = 0; position < 4; ++position) {
    const json item =
        served.Ask("/item", {{"rater", "Ann"}, {"position", position}});
    seen += item.dump();
    EXPECT_TRUE(item["scores"].is_null());
    const json progress = served.Ask("/rate", {{"rater", "Ann"},
                                               {"candidate", item["candidate"]},
                                               {"scores", {1, 2, 3, 5}}});
    EXPECT_EQ(progress["next"], position + 1);
    EXPECT_EQ(served.Ask("/item", {{"rater", "Ann"}, {"position", position}})
                  .at("scores"),
              json({1, 2, 3, 5}));
  }
  for (const char* text : {"Answer one.", "Reference one.", "code <1>"}) {
    EXPECT_THAT(seen, HasSubstr(text));
  }
  EXPECT_THAT(seen, Not(HasSubstr("SecretModel")));
  EXPECT_THAT(served.ratings(), Not(HasSubstr("SecretModel")));
  const std::string kept = served.ratings();
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 4);
}

TEST(RatingForm, RefusesAnswersThatMakeNoSense) {
  const Served served;
  const std::string id =
      served.Ask("/item", {{"rater", "Ann"}, {"position", 0}})["candidate"];
  struct Case {
    const char* name;
    const char* path;
    json body;
    int status;
  };
  const auto scored = [&](const json& scores) {
    return json{{"rater", "Ann"}, {"candidate", id}, {"scores", scores}};
  };
  for (const Case& c :
       {Case{"no name", "/progress", {{"rater", ""}}, 400},
        Case{"name is a number", "/progress", {{"rater", 1}}, 400},
        Case{"no object", "/progress", "x", 400},
        Case{"no such position",
             "/item",
             {{"rater", "Ann"}, {"position", 4}},
             404},
        Case{"negative", "/item", {{"rater", "Ann"}, {"position", -1}}, 400},
        Case{"huge", "/item", {{"rater", "Ann"}, {"position", 1e300}}, 400},
        Case{"unknown item",
             "/rate",
             {{"rater", "Ann"}, {"candidate", "x"}, {"scores", {1, 1, 1, 1}}},
             404},
        Case{"too high", "/rate", scored({1, 1, 1, 6}), 400},
        Case{"too low", "/rate", scored({0, 1, 1, 1}), 400},
        Case{"a fraction", "/rate", scored({1.5, 1, 1, 1}), 400},
        Case{"too few", "/rate", scored({1, 1, 1}), 400},
        Case{"a text", "/rate", scored("1111"), 400},
        Case{"no such path", "/ratings", {{"rater", "Ann"}}, 404}}) {
    EXPECT_THAT(served.Say(served.Post(c.path, c.body.dump())),
                HasSubstr("HTTP/1.1 " + std::to_string(c.status) + " "))
        << c.name;
  }
  EXPECT_THAT(served.Say(served.Post("/rate", "{\"rater\":")),
              HasSubstr("HTTP/1.1 400 "));
  EXPECT_EQ(served.ratings(), "");
}

TEST(LocalServer, RefusesWhatOtherSitesMaySend) {
  const Served served;
  const std::string host = "Host: " + served.host() + "\r\n";
  const std::string own = "Origin: http://" + served.host() + "\r\n";
  struct Case {
    const char* name;
    std::string bytes;
    int status;
  };
  const std::string ask = "{\"rater\":\"Ann\"}";
  for (const Case& c :
       {Case{"own page", served.Post("/progress", ask, own), 200},
        Case{"localhost through a tunnel",
             "GET / HTTP/1.1\r\nHost: localhost:9000\r\n\r\n", 200},
        Case{"foreign name (DNS rebinding)",
             "GET / HTTP/1.1\r\nHost: evil.example:8760\r\n\r\n", 421},
        Case{"name that begins alike",
             "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", 421},
        Case{"no name", "GET / HTTP/1.1\r\n\r\n", 421},
        Case{"two names", "GET / HTTP/1.1\r\n" + host + "Host: a\r\n\r\n", 421},
        Case{"foreign origin",
             served.Post("/progress", ask, "Origin: http://evil.example\r\n"),
             403},
        Case{"hidden origin", served.Post("/progress", ask, "Origin: null\r\n"),
             403},
        Case{"a form's type",
             "POST /rate HTTP/1.1\r\n" + host +
                 "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
             415},
        Case{"too large",
             "POST /rate HTTP/1.1\r\n" + host +
                 "Content-Type: application/json\r\nContent-Length: "
                 "65537\r\n\r\n",
             413},
        Case{"size beyond 64 bits",
             "POST /rate HTTP/1.1\r\n" + host +
                 "Content-Type: application/json\r\nContent-Length: "
                 "99999999999999999999999\r\n\r\n",
             413},
        Case{"chunked",
             "POST /rate HTTP/1.1\r\n" + host +
                 "Content-Type: application/json\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n0\r\n\r\n",
             411},
        Case{"other method", "DELETE / HTTP/1.1\r\n" + host + "\r\n", 405},
        Case{"no HTTP", "hello\r\n\r\n", 400}}) {
    EXPECT_THAT(served.Say(c.bytes),
                HasSubstr("HTTP/1.1 " + std::to_string(c.status) + " "))
        << c.name;
  }
}

TEST(LocalServer, ReadsNothingBehindARefusedRequest) {
  const Served served;
  const std::string id =
      served.Ask("/item", {{"rater", "Ann"}, {"position", 0}})["candidate"];
  const std::string hidden = served.Post(
      "/rate",
      json{{"rater", "Ann"}, {"candidate", id}, {"scores", {1, 1, 1, 1}}}
          .dump());
  const std::string head = "POST / HTTP/1.1\r\nHost: " + served.host() +
                           "\r\nOrigin: http://evil.example\r\nContent-Type: "
                           "text/plain\r\nContent-Length: 9999\r\n\r\n";
  // What httplib takes at once is lost with the refused request; the hidden one
  // begins behind that.
  constexpr std::size_t kTakenAtOnce = 4096;
  const std::string filling(kTakenAtOnce - head.size(), 'x');
  served.Say(head + filling + hidden);
  EXPECT_EQ(served.ratings(), "");
}

TEST(LocalServer, LetsAPageLoadNothingFromElsewhere) {
  const Served served;
  for (const char* path : {"/", "/form.js", "/form.css"}) {
    const std::string reply = served.Say(
        "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(reply, HasSubstr("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(reply, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(reply, HasSubstr("Cache-Control: no-store"));
    EXPECT_THAT(reply, Not(HasSubstr("://")));
  }
}

TEST(LocalServer, SharesItsPortWithNobody) {
  const Served served;
  LocalServer second([](const WebRequest&) { return WebReply{}; });
  EXPECT_EQ(second.Bind(served.port()).error().code, ErrorCode::kUsage);
}

TEST(LocalServer, EndsAlsoWhenTheStopCameFirst) {
  LocalServer server([](const WebRequest&) { return WebReply{}; });
  ASSERT_TRUE(server.Bind(0));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(server.Run(stop.get_token()));
}

}  // namespace
}  // namespace dobby
