#include "protocols/ber/reader.h"

#include <lber.h>

#include <new>

namespace postern::ber {
namespace {

// liblber keeps its element type private, so one is allocated per thread and re-armed for each
// read.
class Element {
 public:
  Element() : handle_(ber_alloc_t(LBER_USE_DER)) {
    if (handle_ == nullptr) throw std::bad_alloc();
  }
  ~Element() { ber_free(handle_, 0); }
  Element(const Element&) = delete;
  Element& operator=(const Element&) = delete;
  berelement* handle() const noexcept { return handle_; }

 private:
  berelement* handle_;
};

berelement* thread_element() {
  thread_local const Element element;
  return element.handle();
}

}  // namespace

Reader::Reader(OctetPiece piece) : Reader(thread_element(), piece.data(), piece) {}

Reader::Reader(berelement* element, const std::uint8_t* origin, OctetPiece piece) noexcept
    : element_(element),
      origin_(origin),
      position_(piece.data()),
      end_(piece.data() + piece.size()) {}

bool Reader::fail(std::string_view what) noexcept {
  if (ok()) error_ = {what, static_cast<std::size_t>(position_ - origin_)};
  return false;
}

bool Reader::fail(const Reader& inside) noexcept {
  if (ok()) error_ = inside.error_;
  return false;
}

// ber_peek_element writes nothing, looks at no octet outside the piece and refuses indefinite
// lengths and lengths beyond the piece; only the tag it returns may be trusted after a failure.
bool Reader::take(OctetPiece& contents) {
  if (!ok()) return false;
  if (at_end()) return fail("element missing");
  berval whole{static_cast<ber_len_t>(end_ - position_),
               const_cast<char*>(reinterpret_cast<const char*>(position_))};
  berval inner{};
  ber_init2(element_, &whole, LBER_USE_DER);
  if (ber_peek_element(element_, &inner) == LBER_DEFAULT) return fail("bad tag or length");
  contents = {reinterpret_cast<const std::uint8_t*>(inner.bv_val), inner.bv_len};
  position_ = contents.data() + contents.size();
  return true;
}

bool Reader::element(Tag tag, OctetPiece& contents) {
  if (ok() && !at_end() && peek() != tag) return fail("unexpected tag");
  return take(contents);
}

bool Reader::any(Tag& tag, OctetPiece& contents) {
  const Tag first = peek();
  if (!take(contents)) return false;
  tag = first;
  return true;
}

bool Reader::enter(Tag tag, Reader& inside) {
  OctetPiece contents;
  if (!element(tag, contents)) return false;
  inside = Reader(element_, origin_, contents);
  return true;
}

bool Reader::skip() {
  OctetPiece contents;
  return take(contents);
}

bool Reader::skip_rest() {
  while (ok() && !at_end()) skip();
  return ok();
}

bool Reader::string(std::string_view& value, Tag tag) {
  OctetPiece contents;
  if (!element(tag, contents)) return false;
  value = text_of(contents);
  return true;
}

bool Reader::integer(std::int32_t& value, Tag tag) {
  OctetPiece contents;
  if (!element(tag, contents)) return false;
  return integer_contents(contents, value) || fail("integer is empty or too long");
}

bool Reader::boolean(bool& value, Tag tag) {
  OctetPiece contents;
  if (!element(tag, contents)) return false;
  if (contents.size() != 1) return fail("boolean is not one octet");
  value = contents[0] != 0;
  return true;
}

bool integer_contents(OctetPiece contents, std::int32_t& value) noexcept {
  if (contents.empty() || contents.size() > 4) return false;
  std::uint32_t bits = (contents[0] & 0x80U) != 0 ? 0xffffffffU : 0U;
  for (const std::uint8_t octet : contents) bits = (bits << 8U) | octet;
  value = static_cast<std::int32_t>(bits);
  return true;
}

}  // namespace postern::ber
