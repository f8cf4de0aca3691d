#include "bench/workload.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace postern::bench {

namespace {

constexpr std::uint8_t kSimple = 0x80;
constexpr std::uint32_t kLdapVersion = 3;
constexpr std::size_t kLongestPrefix = 40;

std::string_view numbered(std::array<char, 64>& buffer, std::string_view prefix,
                          std::size_t number) {
  std::copy(prefix.begin(), prefix.end(), buffer.begin());
  const auto end =
      std::to_chars(buffer.data() + prefix.size(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())};
}

std::size_t trailing_number(std::string_view name) {
  const std::size_t start = name.find_last_not_of("0123456789") + 1;
  std::size_t number = 0;
  std::from_chars(name.data() + start, name.data() + name.size(), number);
  return number;
}

void write_bind(BerBackWriter& out, std::size_t dn_mark) {
  out.wrap(kOctetString, dn_mark);
  out.number(kInteger, kLdapVersion);
  out.wrap(kBindRequest, 0);
}

}  // namespace

Workload::Workload(const LoadOptions& options)
    : options_(options),
      user_dn_(options.user_dn),
      password_(options.password),
      expected_dn_(options.expected_dn),
      search_base_(options.search_base),
      filter_(options.filter),
      random_(static_cast<std::minstd_rand::result_type>(options.seed)) {
  if (options_.user_name.size() > kLongestPrefix || options_.team_name.size() > kLongestPrefix)
    throw std::runtime_error("user and team names may have 40 octets before the number");
  for (std::string_view rest = options_.attributes; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    attributes_.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!options_.credentials.empty()) load_credentials(options_.credentials);
  build_steps(options_);
}

void Workload::load_credentials(const std::string& path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) throw std::runtime_error(path + ": a line without tab");
    credentials_.emplace_back(line.substr(0, tab), line.substr(tab + 1));
  }
  if (credentials_.size() < options_.first + 1)
    throw std::runtime_error(path + ": too few credentials");
  options_.users = std::min(options_.users, credentials_.size() - options_.first);
}

void Workload::build_steps(const LoadOptions& options) {
  using K = Step::Kind;
  switch (options.kind) {
    case CaseKind::Search:
      operation_ = {{K::Search, 0}};
      break;
    case CaseKind::Bind:
      operation_ = {{K::BindUser, 0}};
      break;
    case CaseKind::Pair:
      operation_ = {{K::Search, 0}, {K::BindUser, 1}};
      break;
    case CaseKind::Fresh:
      operation_ = {
          {K::Connect, 0}, {K::BindAccount, 0}, {K::Search, 0}, {K::BindUser, 0}, {K::Unbind, 0}};
      priming_ = {{K::Connect, 0}, {K::BindUser, 0}, {K::Unbind, 0}};
      return;
  }
  setup_ = {{K::Connect, 0}};
  const bool binds_users_on_first = options.kind == CaseKind::Bind;
  if (!options.bind_dn.empty() && !binds_users_on_first) setup_.push_back({K::BindAccount, 0});
  if (options.kind == CaseKind::Pair) setup_.push_back({K::Connect, 1});
  const std::uint8_t bind_channel = options.kind == CaseKind::Pair ? 1 : 0;
  if (options.kind != CaseKind::Search) priming_ = {{K::BindUser, bind_channel}};
}

void Workload::name(Identity& who, std::size_t index) const {
  const std::size_t number = options_.first + index;
  if (credentials_.empty()) {
    who.name = numbered(who.name_buffer, options_.user_name, number);
    who.team = numbered(who.team_buffer, options_.team_name, number / options_.team_size);
    return;
  }
  const auto& [user, secret] = credentials_[number];
  who.name = user;
  who.secret = secret;
  who.team =
      numbered(who.team_buffer, options_.team_name, trailing_number(user) / options_.team_size);
}

bool Workload::pick(Identity& who) {
  if (!options_.sequential) {
    name(who, std::uniform_int_distribution<std::size_t>(0, options_.users - 1)(random_));
    return true;
  }
  if (next_ == options_.users) {
    if (options_.once) return false;
    next_ = 0;
  }
  name(who, next_++);
  return true;
}

bool Workload::pick_for_priming(Identity& who) {
  if (!options_.prime || priming_.empty() || next_primed_ == options_.users) return false;
  name(who, next_primed_++);
  return true;
}

void Workload::write_account_bind(BerBackWriter& out, std::uint32_t id) const {
  out.string(kSimple, options_.bind_password);
  const std::size_t dn = out.size();
  out.raw(options_.bind_dn);
  write_bind(out, dn);
  finish_message(out, id);
}

void Workload::write_user_bind(BerBackWriter& out, std::uint32_t id, const Identity& who) const {
  if (who.secret.empty()) {
    password_.write(out, who);
  } else {
    out.raw(who.secret);
  }
  out.wrap(kSimple, 0);
  const std::size_t dn = out.size();
  user_dn_.write(out, who);
  write_bind(out, dn);
  finish_message(out, id);
}

void Workload::write_search(BerBackWriter& out, std::uint32_t id, const Identity& who,
                            std::string_view cookie) const {
  if (options_.page_size != 0) write_paging(out, options_.page_size, cookie);
  const std::size_t operation = out.size();
  for (auto attribute = attributes_.rbegin(); attribute != attributes_.rend(); ++attribute)
    out.string(kOctetString, *attribute);
  out.wrap(kSequence, operation);
  filter_.write(out, who);
  const std::size_t types_only = out.size();
  out.raw(std::string_view("\0", 1));
  out.wrap(kBoolean, types_only);
  out.number(kInteger, 0);     // timeLimit
  out.number(kInteger, 0);     // sizeLimit
  out.number(kEnumerated, 0);  // neverDerefAliases
  out.number(kEnumerated, options_.scope);
  const std::size_t base = out.size();
  search_base_.write(out, who);
  out.wrap(kOctetString, base);
  out.wrap(kSearchRequest, operation);
  finish_message(out, id);
}

bool Workload::expected_dn(std::string_view dn, const Identity& who) const {
  return expected_dn_.empty() || expected_dn_.matches(dn, who);
}

bool Workload::expected_count(std::uint64_t entries) const {
  return entries >= options_.entries && entries - options_.entries <= options_.extra_entries;
}

}  // namespace postern::bench
