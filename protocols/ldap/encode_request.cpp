#include "protocols/ldap/encode_request.h"

#include "protocols/ldap/encode.h"

namespace postern::ldap {
namespace {

using ber::context;
using ber::context_constructed;

constexpr ber::Tag tag_of(Op op) { return static_cast<ber::Tag>(op); }

struct Message {
  std::size_t whole;
  std::size_t body;
};

Message open_request(Octets& out, std::int32_t id, Op op) {
  const std::size_t whole = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  return {whole, ber::open(out, tag_of(op))};
}

void close_request(Octets& out, Message message, OctetPiece controls) {
  ber::close(out, message.body);
  if (!controls.empty()) {
    append_controls_header(out, controls.size());
    ber::append_raw(out, controls);
  }
  ber::close(out, message.whole);
}

void append_node(Octets& out, const Filter& filter, std::size_t slot);

void append_children(Octets& out, const Filter& filter, const FilterNode& node) {
  for (std::size_t i = 0; i < node.count; ++i) append_node(out, filter, node.first + i);
}

void append_pieces(Octets& out, const Filter& filter, const FilterNode& node) {
  ber::append_string(out, node.attribute);
  const std::size_t list = ber::open(out, ber::kSequence);
  for (std::size_t i = 0; i < node.count; ++i) {
    const SubstringPiece& piece = filter.pieces[node.first + i];
    ber::append_string(out, piece.text, context(static_cast<unsigned>(piece.place)));
  }
  ber::close(out, list);
}

void append_extensible(Octets& out, const FilterNode& node) {
  if (!node.matching_rule.empty()) ber::append_string(out, node.matching_rule, context(1));
  if (!node.attribute.empty()) ber::append_string(out, node.attribute, context(2));
  ber::append_string(out, node.value, context(3));
  if (node.dn_attributes) ber::append_boolean(out, true, context(4));
}

void append_node(Octets& out, const Filter& filter, std::size_t slot) {
  const FilterNode& node = filter.nodes[slot];
  const auto number = static_cast<unsigned>(node.kind);
  if (node.kind == FilterKind::present)
    return ber::append_string(out, node.attribute, context(number));
  const std::size_t mark = ber::open(out, context_constructed(number));
  switch (node.kind) {
    case FilterKind::conjunction:
    case FilterKind::disjunction:
    case FilterKind::negation:
      append_children(out, filter, node);
      break;
    case FilterKind::substrings:
      append_pieces(out, filter, node);
      break;
    case FilterKind::extensible:
      append_extensible(out, node);
      break;
    default:
      ber::append_string(out, node.attribute);
      ber::append_string(out, node.value);
  }
  ber::close(out, mark);
}

}  // namespace

void append_filter(Octets& out, const Filter& filter) { append_node(out, filter, 0); }

void append_bind_request(Octets& out, std::int32_t id, const BindRequest& request,
                         OctetPiece controls) {
  const Message message = open_request(out, id, Op::bindRequest);
  ber::append_integer(out, request.version);
  ber::append_string(out, request.name);
  if (request.method == BindRequest::Method::simple) {
    ber::append_string(out, request.password, context(0));
  } else {
    const std::size_t sasl = ber::open(out, context_constructed(3));
    ber::append_string(out, request.mechanism);
    if (request.credentials) ber::append_string(out, *request.credentials);
    ber::close(out, sasl);
  }
  close_request(out, message, controls);
}

void append_search_request(Octets& out, std::int32_t id, const SearchRequest& request,
                           OctetPiece controls) {
  const Message message = open_request(out, id, Op::searchRequest);
  ber::append_string(out, request.base);
  ber::append_enumerated(out, static_cast<std::int32_t>(request.scope));
  ber::append_enumerated(out, request.deref);
  ber::append_integer(out, static_cast<std::int32_t>(request.size_limit));
  ber::append_integer(out, static_cast<std::int32_t>(request.time_limit));
  ber::append_boolean(out, request.types_only);
  append_filter(out, request.filter);
  const std::size_t list = ber::open(out, ber::kSequence);
  for (const std::string_view name : request.attributes) ber::append_string(out, name);
  ber::close(out, list);
  close_request(out, message, controls);
}

void append_compare_request(Octets& out, std::int32_t id, const CompareRequest& request,
                            OctetPiece controls) {
  const Message message = open_request(out, id, Op::compareRequest);
  ber::append_string(out, request.dn);
  const std::size_t ava = ber::open(out, ber::kSequence);
  ber::append_string(out, request.attribute);
  ber::append_string(out, request.value);
  ber::close(out, ava);
  close_request(out, message, controls);
}

void append_extended_request(Octets& out, std::int32_t id, const ExtendedRequest& request,
                             OctetPiece controls) {
  const Message message = open_request(out, id, Op::extendedRequest);
  ber::append_string(out, request.oid, context(0));
  if (request.value) ber::append_string(out, *request.value, context(1));
  close_request(out, message, controls);
}

void append_abandon_request(Octets& out, std::int32_t id, std::int32_t target) {
  const std::size_t whole = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  ber::append_integer(out, target, tag_of(Op::abandonRequest));
  ber::close(out, whole);
}

void append_unbind_request(Octets& out, std::int32_t id) {
  const std::size_t whole = ber::open(out, ber::kSequence);
  ber::append_integer(out, id);
  ber::append_header(out, tag_of(Op::unbindRequest), 0);
  ber::close(out, whole);
}

}  // namespace postern::ldap
