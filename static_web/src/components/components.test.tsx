import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { CopyButton } from "@/components/CopyButton";
import { DataTable, type Column } from "@/components/DataTable";
import { ProblemMessage } from "@/components/ProblemMessage";
import { RunText } from "@/components/RunText";
import { Expiry, Moment } from "@/components/TimeText";
import { renderAt } from "@/test/render";
import { momentInDays } from "@/test/samples";

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
  test("of the past show the exact one, and how long ago it was", () => {
    renderAt("/", <Moment iso="2020-02-03T04:05:00Z" inline />);
    expect(screen.getByRole("time")).toHaveTextContent(/^3 Feb 2020, 04:05 UTC \(\d years ago\)$/);
  });

  test.each([
    ["01/05/2026", "01/05/2026"],
    ["  ", "empty"],
  ])("that cannot be read, like %j, are shown as written, and not as never", (asWritten, shown) => {
    renderAt("/", <Expiry expiresOn={null} asWritten={asWritten} isActive />);
    expect(screen.getByText("Cannot be read")).toBeInTheDocument();
    expect(screen.getByText(shown)).toBeInTheDocument();
    expect(screen.queryByText("Never")).not.toBeInTheDocument();
  });

  test("newer than the clock's last step are not in the future", () => {
    renderAt("/", <Moment iso={new Date(Date.now() - 1).toISOString()} />);
    expect(screen.getByText("now")).toBeInTheDocument();
  });

  test.each([
    [-3.5, "Overdue"],
    [5, "Within 7 days"],
    [20, "Within 30 days"],
  ])("of an expiry in %d days say so in words", (days, words) => {
    renderAt("/", <Expiry expiresOn={momentInDays(days)} isActive />);
    expect(screen.getByText(words)).toHaveAttribute("data-urgency");
  });

  test("of expiry always show the date, and urgency only while the access is active", () => {
    renderAt("/", <Expiry expiresOn={momentInDays(-3.5)} isActive={false} />);
    expect(screen.getByRole("time")).toHaveTextContent(/\d{4}, \d\d:\d\d/);
    expect(screen.queryByText("Overdue")).not.toBeInTheDocument();
  });

  test("share one clock, however many there are", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    renderAt("/", [1, 2, 3].map((days) => <Expiry key={days} expiresOn={momentInDays(days)} isActive />));
    expect(vi.getTimerCount()).toBe(1);
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

  test("of something that is not there offers no second try", () => {
    renderAt("/", <ProblemMessage title="No." problem={{ title: "", status: 404, detail: "There is none." }} onRetry={vi.fn()} />);
    expect(screen.queryByRole("button")).not.toBeInTheDocument();
  });
});

describe("RunText", () => {
  const run = "bdc241e7-a0e5-4f47-bf68-73b7dfb26bc8";

  test.each([
    [`run ${run} took over.`, "run bdc241e7 took over."],
    [`continuation of ${run}`, "follow-up of run bdc241e7"],
  ])("leads from “%s” to the run", (text, shown) => {
    renderAt("/", <RunText text={text} />);
    expect(screen.getByRole("link", { name: "bdc241e7" })).toHaveAttribute("href", `/runs/${run}`);
    expect(document.body).toHaveTextContent(shown);
  });

  test("leaves other ids alone", () => {
    renderAt("/", <RunText text={`request ${run} gives the same`} />);
    expect(screen.queryByRole("link")).not.toBeInTheDocument();
  });
});
