import { Badge, type BadgeProps } from "@fluentui/react-components";

const COLORS: Record<string, BadgeProps["color"]> = {
  Active: "success",
  Revoked: "danger",
  Completed: "success",
  Failed: "danger",
  Abandoned: "warning",
};

/** A status in words and colour. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge appearance="tint" size="large" color={COLORS[status] ?? "informative"}>
      {status}
    </Badge>
  );
}
