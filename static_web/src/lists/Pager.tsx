import { Button, Select } from "@fluentui/react-components";
import { ChevronLeftRegular } from "@fluentui/react-icons/svg/chevron-left";
import { ChevronRightRegular } from "@fluentui/react-icons/svg/chevron-right";
import type { Page } from "@/api/types";
import { PAGE_SIZES, type ListUrl } from "@/lists/useListUrl";
import { formatNumber, formatTotal } from "@/text/format";
import styles from "./lists.module.css";

/** Says which rows are in view, and leads to the others. */
export function Pager({ url, rows }: { url: ListUrl; rows: Page<unknown> }) {
  const { prevCursor, nextCursor } = rows;
  return (
    <nav className={styles.pager} aria-label="Pages of the list">
      <label className={styles.pageSize}>
        Rows
        <Select value={String(url.limit)} size="small" onChange={(_, { value }) => url.change({ limit: value })}>
          {PAGE_SIZES.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </Select>
      </label>
      <span className={styles.range}>{rangeOf(url, rows)}</span>
      {prevCursor && (
        <Button appearance="subtle" onClick={() => url.goBack(null)}>
          First
        </Button>
      )}
      <Button icon={<ChevronLeftRegular />} disabledFocusable={prevCursor === null} onClick={() => url.goBack(prevCursor)}>
        Previous
      </Button>
      <Button
        icon={<ChevronRightRegular />}
        iconPosition="after"
        disabledFocusable={nextCursor === null}
        onClick={() => nextCursor && url.goTo(url.page + 1, nextCursor)}
      >
        Next
      </Button>
    </nav>
  );
}

/** Counts by the page that the URL claims, if that is possible. */
function rangeOf({ page, limit }: ListUrl, rows: Page<unknown>): string {
  const shown = rows.items.length;
  if (!shown) return `0 of ${formatTotal(rows)}`;
  const before = rows.prevCursor === null ? 0 : (page - 1) * limit;
  const last = before + shown;
  const isKnown = rows.prevCursor === null || (page > 1 && (last <= rows.total || !rows.totalIsExact));
  const total = formatTotal(rows);
  return isKnown ? `${formatNumber(before + 1)}–${formatNumber(last)} of ${total}` : `${formatNumber(shown)} of ${total}`;
}
