// The last 14 days of one row: passed below, failed on top.
import { max, sum } from "d3-array";
import type { StripDay } from "../api/types";
import { count, shortDay } from "../format";
import { words } from "../words";

const barWidth = 5;
const step = 7;
const height = 20;

export function Strip({ days }: { days: StripDay[] }) {
  const last = days.at(-1);
  if (!last) return null;
  const most = max(days, (day) => day.pass + day.fail + day.unknown) || 1;
  const paths = { pass: "", fail: "", unknown: "", nothing: "" };
  days.forEach((day, index) => {
    const x = index * step;
    let base = height;
    const add = (kind: "pass" | "fail" | "unknown") => {
      if (day[kind] === 0) return;
      const tall = Math.max(1, (day[kind] / most) * (height - 2));
      paths[kind] += `M${x} ${base}v${-tall.toFixed(1)}h${barWidth}v${tall.toFixed(1)}z`;
      base -= tall;
    };
    add("pass");
    add("fail");
    add("unknown");
    if (base === height) paths.nothing += `M${x} ${height - 1}h${barWidth}v1h${-barWidth}z`;
  });
  const label = words.strip(count(sum(days, (day) => day.pass)), count(sum(days, (day) => day.fail)), shortDay(last.day));
  return (
    <svg class="strip" width={days.length * step - (step - barWidth)} height={height} role="img" aria-label={label}>
      <title>{label}</title>
      <path class="nothing" d={paths.nothing} />
      <path class="bar pass_both" d={paths.pass} />
      <path class="bar fail_delivered" d={paths.fail} />
      <path class="bar unknown" d={paths.unknown} />
    </svg>
  );
}
