/** What the tests of both job pages do. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect } from "vitest";
import { figures, overview } from "@/test/samples";
import { answerOverview } from "@/test/server";

export const nothingDue = () =>
  answerOverview(() =>
    overview({
      platforms: [
        figures("databricks", {
          dueReminders: { first: 0, second: 0, total: 0, totalIsExact: true, withoutUsableEmail: 0 },
          overdue: { count: 0, oldestExpiresOn: null },
        }),
      ],
    }),
  );

/** The button once it can be clicked: list and status have both arrived. */
export async function ready(name: string) {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button).not.toHaveAttribute("aria-disabled", "true"));
  return button;
}

export const dialog = () => screen.findByRole("alertdialog");

/** Asks and confirms; both name the act and the number on their button. */
export async function run(ask: string, confirm: string) {
  await userEvent.click(await ready(ask));
  await userEvent.click(await within(await dialog()).findByRole("button", { name: confirm }));
}
