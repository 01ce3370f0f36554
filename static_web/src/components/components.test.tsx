import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { CopyButton } from "@/components/CopyButton";
import { DataTable, type Column } from "@/components/DataTable";
import { ProblemMessage } from "@/components/ProblemMessage";
import { Expiry, PastTime } from "@/components/TimeText";
import { renderAt } from "@/test/render";
import { inDays } from "@/test/samples";

describe("CopyButton", () => {
  test("copies the whole text and says so", async () => {
    const user = userEvent.setup();
    renderAt("/", <CopyButton text="0daa1b61-1111" label="Copy id" />);
    await user.click(screen.getByRole("button", { name: "Copy id" }));
    expect(await screen.findByRole("button", { name: "Copy id: copied" })).toBeInTheDocument();
    expect(await navigator.clipboard.readText()).toBe("0daa1b61-1111");
  });
});

describe("times", () => {
  test("of the past show the exact one on hover", () => {
    renderAt("/", <PastTime iso="2020-02-03T04:05:00Z" />);
    expect(screen.getByText(/years ago/)).toHaveAttribute("title", "3 Feb 2020, 04:05 UTC");
  });

  test("newer than the clock's last renewal are not in the future", () => {
    renderAt("/", <PastTime iso={inDays(0.0005)} />);
    expect(screen.getByText("just now")).toBeInTheDocument();
  });

  test("of expiry always show the date, and urgency only while the access is active", () => {
    renderAt("/", <Expiry expiresOn={inDays(-3.5)} isActive={false} />);
    expect(screen.getByText("3 days ago")).toBeInTheDocument();
    expect(screen.queryByText(/expired/)).not.toBeInTheDocument();
  });
});

describe("DataTable", () => {
  const columns: Column<string>[] = [
    { key: "name", header: "Name", sortKey: "name", width: "50%", cell: (row) => row },
    { key: "length", header: "Length", width: "50%", cell: (row) => row.length },
  ];
  const show = (sort: string, onSort = vi.fn()) => {
    renderAt("/", <DataTable caption="Words" columns={columns} rows={["abc"]} rowKey={String} sort={sort} onSort={onSort} />);
    return onSort;
  };

  test.each([
    ["name", "-name"],
    ["-name", "name"],
    ["other", "name"],
  ])("ordered by %s, a click on the header asks for %s", async (sort, next) => {
    const onSort = show(sort);
    await userEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenCalledExactlyOnceWith(next);
  });

  test("names itself and repeats each header at its cells for narrow screens", () => {
    show("name");
    expect(screen.getByRole("table", { name: "Words" })).toBeInTheDocument();
    expect(screen.getByRole("cell", { name: "abc" })).toHaveAttribute("data-label", "Name");
  });
});

describe("ProblemMessage", () => {
  test("is an alert with what the server said, and retries on demand", async () => {
    const retry = vi.fn();
    renderAt("/", <ProblemMessage title="It failed." problem={{ title: "", status: 500, detail: "Error id 7." }} onRetry={retry} />);
    expect(screen.getByRole("alert")).toHaveTextContent("It failed. Error id 7.");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });
});
