// The reading half of ObjectTable: conditions, search, order, pages.

#include <algorithm>

#include "store/fold.h"
#include "store/object_table.h"

namespace postern::store {
namespace {

using core::Field;
using core::Home;
using core::Object;
using core::StoreError;
using core::Type;
using core::Value;

constexpr std::size_t kAll = 1U << 30;

std::string quoted_name(std::string_view name) { return '"' + std::string(name) + '"'; }

// Columns whose equality the database can judge; JSON is compared after reading.
bool scalar_column(const Field& field) {
  return field.home == Home::column && field.type != Type::json && field.type != Type::texts &&
         field.type != Type::choices && field.type != Type::integers;
}

bool is_text(const Field& field) {
  return field.home == Home::column && (field.type == Type::text || field.type == Type::slug) &&
         (field.flags & core::kSecret) == 0;
}

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "%";
}

std::string like_prefix(std::string_view text) { return like_pattern(text).substr(1); }

// Separated by white space; at most 16, more words find nothing more.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  std::string one;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      one.push_back(c);
    } else if (!one.empty()) {
      out.push_back(std::move(one));
      one.clear();
    }
  }
  if (!one.empty()) out.push_back(std::move(one));
  if (out.size() > 16) out.resize(16);
  return out;
}

bool matches(const Object& object, const std::vector<std::pair<const Field*, Value>>& rest) {
  return std::all_of(rest.begin(), rest.end(), [&](const auto& wanted) {
    const Value* value = object.if_contains(wanted.first->name);
    return value != nullptr && contains(*value, wanted.second);
  });
}

}  // namespace

ObjectTable::Condition ObjectTable::condition(const core::ListQuery& query) const {
  Condition out;
  const auto add = [&](std::string_view column, Stored value) {
    out.where += (out.where.empty() ? " where " : " and ") + quoted_name(column);
    if (std::holds_alternative<std::monostate>(value.value)) {
      out.where += " is null";
      return;
    }
    out.values.push_back(std::move(value));
    out.where += " = $" + std::to_string(out.values.size());
  };
  if (!model_.family.empty()) add("model", {std::string(model_.name)});
  for (const auto& member : query.equals) {
    if (member.key() == "pk") {
      const auto key = encode_key(model_.key, member.value());
      out.impossible = out.impossible || !key;
      if (key) add(model_.key_column, *key);
      continue;
    }
    const Field& field = stored_field(member.key());
    if (!scalar_column(field)) {
      out.rest.emplace_back(&field, member.value());
    } else if (folded_ && field.name == "username" && member.value().is_string()) {
      add("username_folded", {fold(member.value().get_string())});
    } else {
      add(field.name, encode(model_, field, member.value()));
    }
  }
  for (const core::Where& one : query.where) add_where(out, one);
  if (query.search.empty()) return out;
  if (query.search_in.empty()) {
    add_search(out, query.search, searched_by_default());
    return out;
  }
  for (const std::string& word : words(query.search)) add_search(out, word, query.search_in);
  return out;
}

std::vector<std::string_view> ObjectTable::searched_by_default() const {
  std::vector<std::string_view> out;
  for (const Field* field : columns_) {
    const bool natural = std::find(model_.natural.begin(), model_.natural.end(), field->name) !=
                         model_.natural.end();
    if (natural || field->name == "name" || field->name == "email") out.push_back(field->name);
  }
  return out;
}

// The column's text and the encoded values of a condition, as SQL.
void ObjectTable::add_where(Condition& out, const core::Where& where) const {
  using Is = core::Where::Is;
  const bool key = where.field == "pk";
  const Field* field = key ? nullptr : &stored_field(where.field);
  std::string column = quoted_name(key ? model_.key_column : std::string_view(where.field));
  const bool linked = where.is == Is::linked && field != nullptr && field->home == Home::link;
  if (!key && !linked && !scalar_column(*field)) {
    throw StoreError(StoreError::Kind::other,
                     std::string(model_.name) + " cannot be filtered by " + where.field);
  }
  const auto place = [&](const Value& value) {
    std::optional<Stored> stored;
    if (linked) {
      stored = encode_key(key_of_target(*field), value);
    } else {
      stored = key ? encode_key(model_.key, value) : encode(model_, *field, value);
    }
    if (!stored) return std::string();
    out.values.push_back(*std::move(stored));
    return "$" + std::to_string(out.values.size());
  };
  std::string places;
  for (const Value& value : where.values) {
    if (where.is == Is::prefix) {
      out.values.push_back({like_prefix(value.get_string())});
      places = "$" + std::to_string(out.values.size());
      break;
    }
    const std::string one = place(value);
    if (!one.empty()) places += (places.empty() ? "" : ", ") + one;
  }
  std::string condition;
  switch (where.is) {
    case Is::null:
      condition = column + " is null";
      break;
    case Is::not_null:
      condition = column + " is not null";
      break;
    case Is::in:
      condition = places.empty() ? "false" : column + " in (" + places + ")";
      break;
    case Is::less:
      condition = column + " < " + places;
      break;
    case Is::greater:
      condition = column + " > " + places;
      break;
    case Is::prefix:
      condition = column + " like " + places + " escape '\\'";
      break;
    case Is::text_is:
      condition = "lower(" + column + ") = lower(" + places + ")";
      break;
    case Is::linked:
      condition = places.empty() ? std::string("false")
                                 : quoted_name(model_.key_column) + " in (select " +
                                       quoted_name(field->link.own) + " from " +
                                       quoted_name(field->link.table) + " where " +
                                       quoted_name(field->link.other) + " in (" + places + "))";
      break;
  }
  out.where += (out.where.empty() ? " where " : " and ") + condition;
}

void ObjectTable::add_search(Condition& out, const std::string& search,
                             std::span<const std::string_view> fields) const {
  std::string any;
  const auto add = [&](std::string_view column, std::string pattern) {
    out.values.push_back({std::move(pattern)});
    any += std::string(any.empty() ? "" : " or ") + "lower(" + quoted_name(column) +
           ") like lower($" + std::to_string(out.values.size()) + ") escape '\\'";
  };
  for (const std::string_view name : fields) {
    const Field& field = stored_field(name);
    const bool text = is_text(field) || field.type == Type::uuid;
    if (!text || field.home != Home::column || (field.flags & core::kSecret) != 0) continue;
    if (folded_ && name == "username") {
      add("username_folded", like_pattern(fold(search)));
    } else {
      add(name, like_pattern(search));
    }
  }
  if (any.empty()) {
    out.impossible = true;  // nothing in it could be searched
    return;
  }
  out.where += (out.where.empty() ? " where (" : " and (") + any + ")";
}

std::string ObjectTable::order(const std::string& by) const {
  const std::string key = quoted_name(model_.key_column);
  const bool descending = !by.empty() && by.front() == '-';
  const std::string name = by.substr(descending ? 1 : 0);
  if (name.empty()) return " order by " + key;
  if (name == "pk") return " order by " + key + (descending ? " desc" : "");
  const Field& field = stored_field(name);
  if (!scalar_column(field) || (field.flags & core::kSecret) != 0) {
    throw StoreError(StoreError::Kind::other,
                     std::string(model_.name) + " cannot be ordered by " + name);
  }
  return " order by " + quoted_name(name) + (descending ? " desc" : "") + ", " + key;
}

void ObjectTable::each(Connection& connection, const Condition& condition, const std::string& tail,
                       Links links, const std::function<bool(Object&&)>& use) const {
  if (condition.impossible) return;
  std::vector<Bind> binds;
  for (const Stored& value : condition.values) binds.push_back(value.bind());
  const auto rows = connection.query(select_ + condition.where + tail, binds);
  while (rows->next()) {
    Object object = read(connection, *rows, links);
    if (matches(object, condition.rest) && !use(std::move(object))) return;
  }
}

std::vector<Object> ObjectTable::list(Connection& connection, const core::ListQuery& query) const {
  std::vector<Object> out;
  if (query.limit == 0) return out;
  Condition wanted = condition(query);
  std::string tail = order(query.order);
  std::size_t skip = query.offset;
  if (wanted.rest.empty()) {
    const std::size_t at = wanted.values.size();
    tail += " limit $" + std::to_string(at + 1) + " offset $" + std::to_string(at + 2);
    wanted.values.push_back({static_cast<std::int64_t>(std::min(query.limit, kAll))});
    wanted.values.push_back({static_cast<std::int64_t>(std::min(query.offset, kAll))});
    skip = 0;
  }
  // What is left to look at may be in the links.
  const Links links = query.links || !wanted.rest.empty() ? Links::with : Links::without;
  each(connection, wanted, tail, links, [&](Object&& object) {
    if (skip > 0) {
      --skip;
      return true;
    }
    out.push_back(std::move(object));
    return out.size() < query.limit;
  });
  return out;
}

}  // namespace postern::store
