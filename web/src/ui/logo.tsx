// The brand's logo, or our own: a small door in a wall.
import { brand } from "../lib/start";

export function Logo() {
  return (
    <span class="logo">
      {brand.branding_logo ? (
        <img src={brand.branding_logo} alt="" />
      ) : (
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path d="M3 29V5h5v4h4V5h8v4h4V5h5v24z" fill="currentColor" opacity=".25" />
          <path d="M10 29V19a6 6 0 0 1 12 0v10z" fill="currentColor" />
        </svg>
      )}
      <span class="logo-name">{brand.branding_title}</span>
    </span>
  );
}
