// Whether a person is there. What a page asks by itself, such as new notifications, says that it does
// when nobody is, so that it does not keep a login alive (http.session_idle).

const kAwayAfter = 60_000; // ms without a key, a click or a scroll

let last = Date.now();
const here = () => {
  last = Date.now();
};
for (const sign of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  addEventListener(sign, here, { capture: true, passive: true });
}

export const away = (): boolean => Date.now() - last > kAwayAfter;
