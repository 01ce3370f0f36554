import type { AccessRequest } from "@/api/types";
import type { RowSelection } from "@/components/RowSelection";
import { isOpen } from "@/decisions/decisionRules";
import { useDecisionRights } from "@/decisions/useDecisionRights";
import { useCaller } from "@/hooks/useCaller";
import type { Selection } from "@/requests/useSelection";
import { shortId } from "@/text/format";

/** Returns the checkboxes of a page of requests; null where the caller may decide about none of them. */
export function useRequestCheckboxes<Row extends AccessRequest>({ selected, toggle, toggleAll }: Selection<Row>) {
  const { isPending, mayOperate } = useCaller();
  const { mayDecide } = useDecisionRights();
  return (rows: Row[]): RowSelection<Row> | null => {
    const selectable = rows.filter((row) => isOpen(row) && mayDecide(row));
    // until it is known who asks they have their room; for whoever may decide about any request, on every page
    if (!isPending && !mayOperate && selectable.length === 0 && selected.size === 0) return null;
    return {
      isSelected: ({ id }) => selected.has(id),
      nameOf: (row) => (selectable.includes(row) ? `request #${shortId(row.id)} of ${row.requestedByEmail}` : null),
      onToggle: (row, isRange) => toggle(row, selectable, isRange),
      onToggleAll: () => toggleAll(selectable),
    };
  };
}
