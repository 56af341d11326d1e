// The patterns that charts fill with, once for the whole page.
export function Hatches() {
  return (
    <svg class="hatches" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern id="hatch-stopped" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="5" height="5" class="stopped-ground" />
          <rect width="1.6" height="5" class="stopped-line" />
        </pattern>
        <pattern id="hatch-unknown" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="unknown-ground" />
          <circle cx="2.5" cy="2.5" r="1" class="unknown-dot" />
        </pattern>
        {[0, 1, 2, 3].map((n) => (
          <pattern key={n} id={`hatch-series-${n}`} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" class={`series-ground-${n}`} />
            <rect width="1.8" height="5" class="series-line" />
          </pattern>
        ))}
        <pattern id="hatch-incomplete" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="2" height="6" class="incomplete-line" />
        </pattern>
      </defs>
    </svg>
  );
}
