// The course of one figure, its last minutes, as a line.
export const kKept = 60;

export function Line({ values, label, small }: { values: number[]; label: string; small?: boolean }) {
  const most = Math.max(1, ...values);
  const points = values.map((one, index) => `${(index / (kKept - 1)) * 200},${38 - (one / most) * 34}`).join(" ");
  return (
    <svg class={`spark${small ? " is-small" : ""}`} viewBox="0 0 200 40" preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline class="line" points={points} />
    </svg>
  );
}
