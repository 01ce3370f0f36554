import { Badge, type BadgeProps } from "@fluentui/react-components";

const COLORS: Record<string, BadgeProps["color"]> = {
  Active: "success",
  Revoked: "informative",
  Superseded: "informative",
  Extended: "informative",
  Completed: "success",
  "Completed with failures": "warning",
  Failed: "danger",
  Abandoned: "danger",
  Cancelled: "warning",
  Running: "brand",
  "No sign of life": "danger",
};

/** A status in words and colour. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge appearance="tint" color={COLORS[status] ?? "informative"}>
      {status}
    </Badge>
  );
}
