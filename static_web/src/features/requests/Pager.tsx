import { Button, Select } from "@fluentui/react-components";
import { ChevronLeftRegular } from "@fluentui/react-icons/svg/chevron-left";
import { ChevronRightRegular } from "@fluentui/react-icons/svg/chevron-right";
import { PAGE_SIZES, type ListState } from "@/hooks/useListState";
import styles from "./RequestList.module.css";

interface Props {
  state: ListState;
  shown: number;
  total: number;
  totalIsExact: boolean;
  previousCursor: string | null;
  nextCursor: string | null;
}

/** Which rows are in view, and the ways to the others. */
export function Pager({ state, shown, total, totalIsExact, previousCursor, nextCursor }: Props) {
  const { params, page, goTo, change } = state;
  const first = (page - 1) * params.limit + 1;
  const range = shown ? `${format(first)}–${format(first + shown - 1)} of ${format(total)}${totalIsExact ? "" : "+"}` : "0 requests";
  return (
    <nav className={styles.pager} aria-label="Pages">
      <label className={styles.pageSize}>
        Rows
        <Select value={String(params.limit)} size="small" onChange={(_, { value }) => change({ limit: Number(value) })}>
          {PAGE_SIZES.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </Select>
      </label>
      <span className={styles.range}>{range}</span>
      {page > 2 && (
        <Button appearance="subtle" onClick={() => goTo(1, "")}>
          First
        </Button>
      )}
      <Button
        icon={<ChevronLeftRegular />}
        disabledFocusable={previousCursor === null && page !== 2}
        onClick={() => goTo(page - 1, previousCursor ?? "")}
      >
        Previous
      </Button>
      <Button
        icon={<ChevronRightRegular />}
        iconPosition="after"
        disabledFocusable={nextCursor === null}
        onClick={() => nextCursor && goTo(page + 1, nextCursor)}
      >
        Next
      </Button>
    </nav>
  );
}

const format = (count: number) => count.toLocaleString("en");
