// The real server, spoken to byte by byte.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

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
  explicit Served(std::chrono::milliseconds time = std::chrono::seconds(3))
      : path_(PathOf()),
        session_(Set(), *RatingsFile::Open(path_), std::span<const Rating>(),
                 [] { return std::string("2026-11-24T12:00:00Z"); }) {
    std::promise<std::string> ready;
    thread_ = std::thread([this, &ready, time] {
      ServeOptions options;
      options.time = time;
      options.stop = stop_.get_token();
      options.ready = [&](const std::string& url) { ready.set_value(url); };
      EXPECT_TRUE(ServeRatingForm(session_, options));
    });
    const std::string url = ready.get_future().get();
    const std::size_t colon = url.rfind(':');
    port_ = std::stoi(url.substr(colon + 1));
    root_ = url.substr(url.find('/', colon));
  }
  ~Served() {
    stop_.request_stop();
    thread_.join();
  }

  int port() const { return port_; }
  /// "/<token>/", what every path begins with.
  const std::string& root() const { return root_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string ratings() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Returns a connection.
  int Connect() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(
        ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address),
        0);
    return fd;
  }

  /// Sends bytes and returns all that comes back.
  std::string Say(const std::string& bytes) const {
    const int fd = Connect();
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
    return "POST " + root_ + path.substr(1) + " HTTP/1.1\r\nHost: " + host() +
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
  std::string root_;
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

std::string Repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
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
             "GET " + served.root() +
                 " HTTP/1.1\r\nHost: localhost:9000\r\n\r\n",
             200},
        Case{"no token", "GET / HTTP/1.1\r\n" + host + "\r\n", 404},
        Case{"another token",
             "GET /" + std::string(32, '0') + "/ HTTP/1.1\r\n" + host + "\r\n",
             404},
        Case{"a part of the token",
             "GET " + served.root().substr(0, 20) + "/ HTTP/1.1\r\n" + host +
                 "\r\n",
             404},
        Case{
            "no token in a question",
            "POST /progress HTTP/1.1\r\n" + host +
                "Content-Type: application/json\r\nContent-Length: 15\r\n\r\n" +
                ask,
            404},
        Case{"packed body",
             served.Post("/progress", ask, "Content-Encoding: gzip\r\n"), 415},
        Case{"two lengths",
             served.Post("/progress", ask, "Content-Length: 15\r\n"), 400},
        Case{"many ranges",
             "GET " + served.root() + " HTTP/1.1\r\n" + host +
                 "Range: bytes=0-,0-,0-\r\n\r\n",
             416},
        Case{"many headers",
             "GET " + served.root() + " HTTP/1.1\r\n" + host +
                 Repeated("A: b\r\n", 70) + "\r\n",
             431},
        Case{"long header",
             "GET " + served.root() + " HTTP/1.1\r\n" + host +
                 "A: " + std::string(20'000, 'a') + "\r\n\r\n",
             431},
        Case{"long path",
             "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n" + host +
                 "\r\n",
             431},
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
    const std::string reply =
        served.Say("GET " + served.root() + std::string(path).substr(1) +
                   " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
    EXPECT_THAT(reply, HasSubstr("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(reply, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(reply, HasSubstr("Cache-Control: no-store"));
    EXPECT_THAT(reply, Not(HasSubstr("://")));
  }
}

/// Returns what comes back to a client that sends a byte whenever it may, and
/// never ends its request.
std::string Trickle(const Served& served, const std::string& begin) {
  const int fd = served.Connect();
  ::send(fd, begin.data(), begin.size(), MSG_NOSIGNAL);
  std::string reply;
  char buffer[4096];
  while (true) {
    pollfd one = {fd, POLLIN, 0};
    if (::poll(&one, 1, /*timeout=*/20) == 0) {
      ::send(fd, "a", 1, MSG_NOSIGNAL);
      continue;
    }
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) break;
    reply.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return reply;
}

TEST(LocalServer, AClientThatTricklesIsCutOff) {
  const Served served(std::chrono::milliseconds(200));
  EXPECT_THAT(Trickle(served, "GET / HTTP/1.1\r\nA: "),
              HasSubstr("HTTP/1.1 408 "));
  const std::string head = served.Post("/progress", std::string(1000, ' '));
  Trickle(served, head.substr(0, head.find("\r\n\r\n") + 4));
  EXPECT_EQ(served.Ask("/progress", {{"rater", "Ann"}})["rated"], 0);
}

TEST(LocalServer, ASlowFewDoNotKeepOthersOut) {
  const Served served;
  std::vector<int> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(served.Connect());
    ::send(slow.back(), "GET /", 5, MSG_NOSIGNAL);
  }
  EXPECT_EQ(served.Ask("/progress", {{"rater", "Ann"}})["rated"], 0);
  // And the stop does not wait for them either.
  for (const int fd : slow) ::close(fd);
}

TEST(LocalServer, ClosesConnectionsAboveItsMost) {
  const Served served(std::chrono::minutes(10));
  std::vector<pollfd> open;
  for (int i = 0; i < 40; ++i) open.push_back({served.Connect(), POLLIN, 0});
  // Those that it took wait for a request; only what it closed is readable.
  ASSERT_GT(::poll(open.data(), open.size(), -1), 0);
  const auto closed =
      std::count_if(open.begin(), open.end(), [](const pollfd& one) {
        char byte;
        return one.revents != 0 && ::recv(one.fd, &byte, 1, 0) <= 0;
      });
  EXPECT_GE(closed, 1);
  EXPECT_LE(closed, 8);
  for (const pollfd& one : open) ::close(one.fd);
}

TEST(LocalServer, TheTokenIsAnotherEachTime) {
  const std::string first = Served().root();
  EXPECT_EQ(first.size(), 34u);
  EXPECT_NE(first, Served().root());
}

TEST(LocalServer, ReadsNoFloodOfHeaders) {
  const Served served;
  const int fd = served.Connect();
  const std::string headers =
      Repeated("X: " + std::string(1000, 'a') + "\r\n", 64);
  std::size_t sent = 0;
  // Fails when the server closes: it does not read to the end.
  while (sent < std::size_t{1} << 30) {
    const ssize_t n = ::send(fd, headers.data(), headers.size(), MSG_NOSIGNAL);
    if (n < 0) break;
    sent += static_cast<std::size_t>(n);
  }
  ::close(fd);
  EXPECT_LT(sent, std::size_t{64} << 20);
}

TEST(LocalServer, SharesItsPortWithNobody) {
  const Served served;
  LocalServer second([](const WebRequest&) { return WebReply{}; },
                     std::chrono::seconds(3));
  EXPECT_EQ(second.Bind(served.port()).error().code, ErrorCode::kUsage);
}

TEST(LocalServer, EndsAlsoWhenTheStopCameFirst) {
  LocalServer server([](const WebRequest&) { return WebReply{}; },
                     std::chrono::seconds(3));
  ASSERT_TRUE(server.Bind(0));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(server.Run(stop.get_token()));
}

}  // namespace
}  // namespace dobby
