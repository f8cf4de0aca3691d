#include "http/session.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>

#include "http/content_policy.h"

namespace postern::http {
namespace {

// Added unless the answer says otherwise. Nothing of ours needs inline scripts or styles.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kDefaults{{
    {"Content-Security-Policy", kContentPolicy},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

void append(Octets& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

void field(Octets& out, std::string_view name, std::string_view value) {
  append(out, name);
  append(out, ": ");
  append(out, value);
  append(out, "\r\n");
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

bool has(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers,
                             [&](const Header& one) { return same_name(one.name, name); });
}

// RFC 9110 5.6.7
std::string http_date() {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                    kDays[parts.tm_wday % 7], parts.tm_mday, kMonths[parts.tm_mon % 12],
                    parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

std::string next_request_id() {
  static std::atomic<std::uint64_t> counter{0};
  return "h" + std::to_string(counter.fetch_add(1, std::memory_order_relaxed) + 1);
}

std::string_view last_item(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
  while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
  return item;
}

std::string hex_size(std::size_t size) {
  std::array<char, 20> text{};
  const int count = std::snprintf(text.data(), text.size(), "%zx\r\n", size);
  return {text.data(), static_cast<std::size_t>(std::max(count, 0))};
}

}  // namespace

class HttpSession::Answering final : public Work {
 public:
  Answering(Application& application, Request the_request)
      : request(std::move(the_request)), application_(application) {}
  void run() noexcept override { response = application_.handle(request); }

  Request request;
  Response response;

 private:
  Application& application_;
};

class HttpSession::NextPiece final : public Work {
 public:
  explicit NextPiece(std::shared_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
  void run() noexcept override { piece = pieces_->next(); }
  std::optional<std::string> piece;

 private:
  std::shared_ptr<Pieces> pieces_;
};

HttpSession::HttpSession(const PeerInfo& peer, Application& application,
                         const SessionSettings& settings)
    : peer_(peer), application_(application), settings_(settings), reader_(settings.limits) {}

HttpSession::~HttpSession() {
  if (answering_) answering_->cancel();
  if (piece_) piece_->cancel();
}

Wants HttpSession::current(const Io&) const {
  Wants wants;
  wants.read = phase_ == Phase::reading && !eof_;
  wants.close = phase_ == Phase::closing;
  if (phase_ != Phase::running) wants.timer = deadline_;
  return wants;
}

Wants HttpSession::start(Io& io) {
  deadline_ = io.now + settings_.request;
  return current(io);
}

Wants HttpSession::close() {
  phase_ = Phase::closing;
  Wants wants;
  wants.read = false;
  wants.close = true;
  return wants;
}

Wants HttpSession::bytes(Io& io, OctetView input) {
  if (phase_ != Phase::reading) {
    if (phase_ != Phase::closing) reader_.feed(input);
    return current(io);
  }
  reader_.feed(input);
  return read_on(io);
}

Wants HttpSession::read_on(Io& io) {
  switch (reader_.next()) {
    case Reader::State::idle:
      mid_request_ = false;
      break;
    case Reader::State::head:
    case Reader::State::body:
      if (!mid_request_) deadline_ = io.now + settings_.request;
      mid_request_ = true;
      if (reader_.wants_continue()) append(io.out, "HTTP/1.1 100 Continue\r\n\r\n");
      break;
    case Reader::State::ready: {
      mid_request_ = false;
      Wants wants;
      begin_run(io, wants);
      return wants;
    }
    case Reader::State::refused:
      return refuse(io, detail(reader_.fault().status, reader_.fault().text));
  }
  if (eof_ || stopping_) return close();
  return current(io);
}

// The facts that the head does not tell by itself.
void HttpSession::complete(Request& request) const {
  request.id = next_request_id();
  request.client = peer_.address;
  request.secure = peer_.tls || peer_.shielded;
  if (!settings_.trusted_proxy || !settings_.trusted_proxy(peer_.address)) return;
  if (const std::string_view proto = request.header("x-forwarded-proto"); !proto.empty()) {
    request.secure = same_name(proto, "https");
  }
  // From the nearest on: the first that is no proxy of ours is the client.
  std::string_view list = request.header("x-forwarded-for");
  while (!list.empty()) {
    const std::string_view item = last_item(list);
    const bool plausible = !item.empty() && item.size() <= 45 &&
                           item.find_first_not_of("0123456789abcdefABCDEF:.") == item.npos;
    if (!plausible) return;
    request.client = item;
    if (!settings_.trusted_proxy(item)) return;
  }
}

void HttpSession::begin_run(Io& io, Wants& wants) {
  Request request = reader_.take();
  complete(request);
  ++requests_;
  head_only_ = request.method == "HEAD";
  last_ = !reader_.keep_alive() || requests_ >= settings_.max_requests || stopping_ || eof_;
  phase_ = Phase::running;
  const Lane lane = application_.lane(request);
  answering_ = std::make_shared<Answering>(application_, std::move(request));
  answering_->fairness_key = std::hash<std::string>{}(answering_->request.client);
  wants = current(io);
  wants.run = Run{++run_id_, lane, answering_};
}

Wants HttpSession::done(Io& io, std::uint32_t id) {
  if (id != run_id_ || phase_ == Phase::closing) return current(io);
  if (piece_) return send_piece(io);
  if (!answering_) return current(io);
  if (answering_->response.calls_out) return run_again_outbound(io);
  response_ = std::move(answering_->response);
  answering_.reset();
  if (response_.delay.count() > 0) {
    phase_ = Phase::delaying;
    deadline_ = io.now + response_.delay;
    return current(io);
  }
  return answer(io);
}

Wants HttpSession::run_again_outbound(Io& io) {
  const std::uint64_t key = answering_->fairness_key;
  Request request = std::move(answering_->request);
  request.may_call_out = true;
  answering_ = std::make_shared<Answering>(application_, std::move(request));
  answering_->fairness_key = key;
  Wants wants = current(io);
  wants.run = Run{++run_id_, Lane::outbound, answering_};
  return wants;
}

Wants HttpSession::refused(Io& io, std::uint32_t id) {
  if (id != run_id_ || phase_ == Phase::closing) return current(io);
  // In the midst of an answer nothing can be said any more.
  if (piece_) return close();
  answering_.reset();
  response_ = detail(503, "The server is busy. Try again.");
  response_.set("Retry-After", "1");
  return answer(io);
}

void HttpSession::send_head(Io& io, const Response& response, std::size_t length, bool chunked) {
  append(io.out, "HTTP/1.1 " + std::to_string(response.status) + " ");
  append(io.out, reason_phrase(response.status));
  append(io.out, "\r\n");
  field(io.out, "Date", http_date());
  for (const Header& one : response.headers) {
    // A value never ends its line, wherever it came from.
    if (one.value.find_first_of("\r\n") == std::string::npos) field(io.out, one.name, one.value);
  }
  for (const auto& [name, value] : kDefaults) {
    if (!has(response, name)) field(io.out, name, value);
  }
  if (chunked) {
    field(io.out, "Transfer-Encoding", "chunked");
  } else if (response.status != 204 && response.status != 304) {
    field(io.out, "Content-Length", std::to_string(length));
  }
  field(io.out, "Connection", last_ ? "close" : "keep-alive");
  append(io.out, "\r\n");
}

Wants HttpSession::answer(Io& io) {
  phase_ = Phase::sending;
  deadline_ = io.now + settings_.write;
  if (const auto* pieces = std::get_if<std::shared_ptr<Pieces>>(&response_.body)) {
    chunked_ = reader_.chunks_allowed();
    if (!chunked_) last_ = true;
    send_head(io, response_, 0, chunked_);
    if (head_only_) return after_answer(io);
    piece_ = std::make_shared<NextPiece>(*pieces);
    Wants wants = current(io);
    wants.run = Run{++run_id_, Lane::http, piece_};
    return wants;
  }
  const auto* text = std::get_if<std::string>(&response_.body);
  const std::string_view body =
      text != nullptr ? std::string_view(*text) : std::get<StaticSpan>(response_.body).octets;
  send_head(io, response_, body.size(), false);
  if (!head_only_ && response_.status != 204 && response_.status != 304) append(io.out, body);
  return after_answer(io);
}

Wants HttpSession::send_piece(Io& io) {
  const auto pieces = std::get<std::shared_ptr<Pieces>>(response_.body);
  const std::optional<std::string> made = std::move(piece_->piece);
  piece_.reset();
  phase_ = Phase::sending;
  deadline_ = io.now + settings_.write;
  if (!made) {
    if (chunked_) append(io.out, "0\r\n\r\n");
    return after_answer(io);
  }
  if (chunked_ && !made->empty()) append(io.out, hex_size(made->size()));
  append(io.out, *made);
  if (chunked_ && !made->empty()) append(io.out, "\r\n");
  if (made->empty()) return written(io);
  return current(io);  // the next one when this has left
}

Wants HttpSession::written(Io& io) {
  if (phase_ != Phase::sending) return current(io);
  if (const auto* pieces = std::get_if<std::shared_ptr<Pieces>>(&response_.body);
      pieces != nullptr && *pieces != nullptr) {
    if (piece_) return current(io);
    piece_ = std::make_shared<NextPiece>(*pieces);
    Wants wants = current(io);
    wants.run = Run{++run_id_, Lane::http, piece_};
    return wants;
  }
  return go_on(io);
}

// All of the answer has been appended; the next request is looked at when it has left.
Wants HttpSession::after_answer(Io& io) {
  response_ = {};
  if (last_) return close();
  phase_ = Phase::sending;
  return current(io);
}

Wants HttpSession::go_on(Io& io) {
  phase_ = Phase::reading;
  deadline_ = io.now + settings_.idle;
  return read_on(io);
}

Wants HttpSession::refuse(Io& io, Response response) {
  last_ = true;
  head_only_ = false;
  response_ = std::move(response);
  return answer(io);
}

Wants HttpSession::eof(Io& io) {
  eof_ = true;
  if (phase_ == Phase::reading) return close();
  last_ = true;
  return current(io);
}

Wants HttpSession::timer(Io& io) {
  if (io.now < deadline_) return current(io);
  switch (phase_) {
    case Phase::delaying:
      return answer(io);
    case Phase::reading:
      if (mid_request_) return refuse(io, detail(408, "The request took too long."));
      return close();
    case Phase::sending:
    case Phase::closing:
      return close();
    case Phase::running:
      break;
  }
  return current(io);
}

Wants HttpSession::wake(Io& io) { return current(io); }
Wants HttpSession::tls_up(Io& io) { return current(io); }

Wants HttpSession::shutdown(Io& io) {
  stopping_ = true;
  if (phase_ == Phase::reading && !mid_request_) return close();
  last_ = true;
  return current(io);
}

}  // namespace postern::http
