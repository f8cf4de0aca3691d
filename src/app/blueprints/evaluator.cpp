#include "app/blueprints/evaluator.h"

#include <boost/json/parse.hpp>

#include <algorithm>

#include "app/blueprints/format.h"
#include "app/blueprints/scalar.h"
#include "app/blueprints/tags.h"
#include "app/config/secret_source.h"
#include "app/config/setting_values.h"

namespace postern::app {
namespace {

using core::Field;
using core::Object;
using core::Value;

constexpr std::size_t kDeepest = 200;
constexpr std::size_t kBudget = std::size_t{64} << 20U;
constexpr std::size_t kNodeCost = 64;

std::size_t cost_of(const Value& value) {
  std::size_t total = kNodeCost;
  if (const auto* text = value.if_string()) {
    total += text->size();
  } else if (const auto* list = value.if_array()) {
    for (const Value& item : *list) total += cost_of(item);
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) total += member.key().size() + cost_of(member.value());
  }
  return total;
}

// The name in `!Tag name` and `!Tag [name, default]`.
const std::string& name_of(const YamlNode& node) {
  return node.is_sequence() ? node.items.front().text : node.text;
}

// The scalar behind `!If x` or `!ParseJSON x`, freed of the tag.
YamlNode bare(const YamlNode& node) {
  YamlNode out = node;
  out.tag.clear();
  return out;
}

}  // namespace

Evaluator::Evaluator(core::Transaction& transaction, const core::ObjectTools& tools,
                     const Blueprint& blueprint, const core::Object& context)
    : transaction_(transaction),
      objects_(transaction, tools),
      blueprint_(blueprint),
      context_(context),
      folder_(std::filesystem::path(blueprint.file).parent_path()) {}

Evaluator::Result Evaluator::fail(const YamlNode& node, std::string text) {
  error_ = {blueprint_.file, node.mark.line, node.mark.column, std::move(text)};
  return std::nullopt;
}

bool Evaluator::spend(const YamlNode& node, std::size_t octets) {
  spent_ += octets;
  if (spent_ <= kBudget) return true;
  fail(node, "the blueprint produces more than 64 MiB of values");
  return false;
}

Evaluator::Result Evaluator::paid(const YamlNode& node, Value value) {
  if (!spend(node, cost_of(value))) return std::nullopt;
  return value;
}

Evaluator::Result Evaluator::value(const YamlNode& node, const Field* field) {
  if (depth_ >= kDeepest) return fail(node, "tags and context refer to each other too deeply");
  if (!spend(node, kNodeCost + node.text.size())) return std::nullopt;
  ++depth_;
  Result out = node.tag.empty() ? untagged(node, field) : tagged(node, field);
  --depth_;
  if (!out) return std::nullopt;
  return node.tag.empty() ? std::move(out) : Result(coerced(*std::move(out), field));
}

Evaluator::Result Evaluator::untagged(const YamlNode& node, const Field* field) {
  if (node.is_null()) return Value(nullptr);
  if (node.is_sequence()) return list(node, field);
  if (node.is_map()) return map(node);
  std::string problem;
  Result out = typed_scalar(node, field, problem);
  if (!out) return fail(node, in_quotes(node.text) + " " + problem);
  return out;
}

Evaluator::Result Evaluator::list(const YamlNode& node, const Field* field) {
  boost::json::array out;
  for (const YamlNode& item : node.items) {
    Result one = value(item, field);
    if (!one) return std::nullopt;
    out.push_back(*std::move(one));
  }
  return Value(std::move(out));
}

Evaluator::Result Evaluator::map(const YamlNode& node) {
  Object out;
  for (const YamlMember& member : node.members) {
    Result one = value(member.value);
    if (!one) return std::nullopt;
    out[member.key] = *std::move(one);
  }
  return Value(std::move(out));
}

Evaluator::Result Evaluator::tagged(const YamlNode& node, const Field* field) {
  const auto tag = tag_of(node);
  if (!tag) return fail(node, "unknown tag " + in_quotes(node.tag));
  switch (*tag) {
    case Tag::key_of:
      return key_of(node);
    case Tag::find:
      return find(node);
    case Tag::find_object:
      return find_object(node);
    case Tag::context:
      return context(node);
    case Tag::env:
      return env(node);
    case Tag::file:
      return file(node);
    case Tag::format:
      return format(node);
    case Tag::condition:
      return condition(node);
    case Tag::if_:
      return if_(node, field);
    case Tag::at_index:
      return at_index(node);
    case Tag::parse_json:
      return parse_json(node);
    case Tag::enumerate:
      return enumerate(node);
    case Tag::index:
      return frame(node, true);
    case Tag::value:
      return frame(node, false);
  }
  return std::nullopt;
}

Evaluator::Result Evaluator::default_of(const YamlNode& node) {
  if (node.is_sequence() && node.items.size() == 2) return value(node.items[1]);
  return Value(nullptr);
}

Evaluator::Result Evaluator::key_of(const YamlNode& node) {
  const auto found = known_.find(node.text);
  if (found != known_.end() && found->second) return *found->second;
  return fail(node,
              "!KeyOf " + in_quotes(node.text) +
                  ": that entry made no object (its conditions were not met, or it is absent)");
}

std::optional<std::optional<Object>> Evaluator::lookup(const YamlNode& node) {
  const core::Model* model = core::find_model(node.items.front().text);
  if (model == nullptr) {
    fail(node, unknown_model(node.items.front().text));
    return std::nullopt;
  }
  Object equals;
  for (std::size_t i = 1; i < node.items.size(); ++i) {
    const YamlNode& pair = node.items[i];
    const Field* field = model->field(pair.items[0].text);
    Result wanted = value(pair.items[1], field);
    if (!wanted) return std::nullopt;
    if (field != nullptr && !comparable(*field, *wanted)) return std::optional<Object>{};
    equals[pair.items[0].text] = *std::move(wanted);
  }
  auto found = transaction_.find(*model, equals, 1);
  if (found.empty()) return std::optional<Object>{};
  return std::optional<Object>(core::presentable(*model, found.front()));
}

Evaluator::Result Evaluator::find(const YamlNode& node) {
  auto object = lookup(node);
  if (!object) return std::nullopt;
  return *object ? (**object).at("pk") : Value(nullptr);
}

Evaluator::Result Evaluator::find_object(const YamlNode& node) {
  auto object = lookup(node);
  if (!object) return std::nullopt;
  return *object ? paid(node, Value(**std::move(object))) : Result(Value(nullptr));
}

Evaluator::Result Evaluator::context(const YamlNode& node) {
  const std::string& key = name_of(node);
  if (const Value* given = context_.if_contains(key)) return paid(node, *given);
  if (const YamlNode* own = blueprint_.context.find(key)) return value(*own);
  return default_of(node);
}

Evaluator::Result Evaluator::env(const YamlNode& node) {
  if (auto text = environment(name_of(node))) return paid(node, Value(*text));
  return default_of(node);
}

Evaluator::Result Evaluator::file(const YamlNode& node) {
  auto text = trimmed_file(folder_ / name_of(node));
  if (auto* content = std::get_if<std::string>(&text)) return paid(node, Value(*content));
  if (node.is_sequence() && node.items.size() == 2) return default_of(node);
  return fail(node, std::get<SourceError>(text).text);
}

Evaluator::Result Evaluator::format(const YamlNode& node) {
  std::vector<Value> values;
  for (const YamlNode& item : node.items) {
    Result one = value(item);
    if (!one) return std::nullopt;
    values.push_back(*std::move(one));
  }
  const auto* text = values.front().if_string();
  if (text == nullptr) return fail(node, "the first argument of !Format has to be text");
  const std::vector<Value> arguments(values.begin() + 1, values.end());
  auto made = percent_format({text->data(), text->size()}, arguments);
  if (auto* problem = std::get_if<FormatError>(&made)) return fail(node, problem->text);
  return paid(node, Value(std::get<std::string>(made)));
}

Evaluator::Result Evaluator::condition(const YamlNode& node) {
  std::size_t met = 0;
  for (std::size_t i = 1; i < node.items.size(); ++i) {
    const Result one = value(node.items[i]);
    if (!one) return std::nullopt;
    if (truthy(*one)) ++met;
  }
  const std::size_t all = node.items.size() - 1;
  const std::string& mode = node.items.front().text;
  if (mode == "AND") return Value(met == all);
  if (mode == "NAND") return Value(met != all);
  if (mode == "OR") return Value(met != 0);
  if (mode == "NOR") return Value(met == 0);
  if (mode == "XOR") return Value(met % 2 == 1);
  return Value(met % 2 == 0);
}

Evaluator::Result Evaluator::if_(const YamlNode& node, const Field* field) {
  const Result test = value(node.is_sequence() ? node.items.front() : bare(node));
  if (!test) return std::nullopt;
  const bool yes = truthy(*test);
  if (!node.is_sequence() || node.items.size() == 1) return Value(yes);
  return value(node.items[yes ? 1 : 2], field);
}

Evaluator::Result Evaluator::at_index(const YamlNode& node) {
  const Result from = value(node.items[0]);
  const Result index = from ? value(node.items[1]) : std::nullopt;
  if (!index) return std::nullopt;
  if (const auto* list = from->if_array()) {
    if (!index->is_int64()) return fail(node, "!AtIndex of a list needs a whole number");
    const std::int64_t at = index->get_int64();
    const auto size = static_cast<std::int64_t>(list->size());
    const std::int64_t place = at < 0 ? at + size : at;
    if (place >= 0 && place < size) return (*list)[static_cast<std::size_t>(place)];
  } else if (const auto* object = from->if_object()) {
    if (const Value* found = object->if_contains(plain_text(*index))) return *found;
  } else if (node.items.size() == 2) {
    return fail(node, "!AtIndex needs a list or a map" +
                          (why_null(node.items[0]).empty() ? "" : ": " + why_null(node.items[0])));
  }
  if (node.items.size() == 3) return value(node.items[2]);
  return fail(node, "!AtIndex: there is no such index");
}

Evaluator::Result Evaluator::parse_json(const YamlNode& node) {
  const Result text = node.is_sequence() ? value(node.items.front()) : Result(Value(node.text));
  if (!text) return std::nullopt;
  if (!text->is_string()) return fail(node, "!ParseJSON needs text");
  boost::json::error_code code;
  Value parsed = boost::json::parse(text->get_string(), code);
  if (code) return fail(node, "!ParseJSON: the text is not JSON");
  return paid(node, std::move(parsed));
}

Evaluator::Result Evaluator::enumerate(const YamlNode& node) {
  const Result from = value(node.items[0]);
  if (!from) return std::nullopt;
  std::vector<Frame> steps;
  if (const auto* list = from->if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      steps.push_back({Value(static_cast<std::int64_t>(i)), (*list)[i]});
    }
  } else if (const auto* object = from->if_object()) {
    for (const auto& member : *object) steps.push_back({Value(member.key()), member.value()});
  } else {
    return fail(node, "!Enumerate needs a list or a map");
  }
  const bool to_map = node.items[1].text == "MAP";
  boost::json::array list;
  Object map;
  for (Frame& step : steps) {
    frames_.push_back(std::move(step));
    Result one = value(node.items[2]);
    frames_.pop_back();
    if (!one) return std::nullopt;
    if (!to_map) {
      list.push_back(*std::move(one));
      continue;
    }
    const auto* pair = one->if_array();
    if (pair == nullptr || pair->size() != 2) {
      return fail(node, "!Enumerate MAP needs items of the form [key, value]");
    }
    map[plain_text((*pair)[0])] = (*pair)[1];
  }
  return to_map ? Value(std::move(map)) : Value(std::move(list));
}

Evaluator::Result Evaluator::frame(const YamlNode& node, bool index) {
  const auto depth = static_cast<std::size_t>(parse_whole(node.text).value_or(0));
  if (depth >= frames_.size()) {
    return fail(node, node.tag + " " + node.text + ": there are not so many !Enumerate around it");
  }
  const Frame& frame = frames_[frames_.size() - 1 - depth];
  return paid(node, index ? frame.index : frame.value);
}

std::string Evaluator::why_null(const YamlNode& node) {
  const auto tag = tag_of(node);
  if (!tag) return {};
  if (*tag == Tag::env)
    return "the environment variable " + in_quotes(name_of(node)) + " is not set";
  if (*tag == Tag::context) return "the context has no " + in_quotes(name_of(node));
  if (*tag != Tag::find && *tag != Tag::find_object) return {};
  std::string out = node.tag + " found no " + node.items.front().text + " with ";
  for (std::size_t i = 1; i < node.items.size(); ++i) {
    const YamlNode& pair = node.items[i];
    const auto wanted = value(pair.items[1]);
    out += (i == 1 ? "" : ", ") + pair.items[0].text + " = ";
    out += wanted ? in_quotes(plain_text(*wanted)) : std::string("?");
  }
  return out;
}

}  // namespace postern::app
