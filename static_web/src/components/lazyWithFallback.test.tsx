import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { lazyDialog, lazyPage, lazyPart } from "@/components/lazyWithFallback";
import { renderAt } from "@/test/render";

const gone = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));
const NEWER = /You may be offline, or the site has been updated\./;

async function expectReload() {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  await userEvent.click(screen.getByRole("button", { name: "Reload the page" }));
  expect(reload).toHaveBeenCalledOnce();
}

test("a part shows once it is loaded", async () => {
  const Part = lazyPart(() => Promise.resolve({ default: ({ text }: { text: string }) => <p>{text}</p> }));
  renderAt("/", <Part text="Here it is" />);
  expect(await screen.findByText("Here it is")).toBeVisible();
});

test("a page that cannot be loaded says so under a heading, and offers a reload", async () => {
  const Page = lazyPage(gone);
  renderAt("/", <Page />);
  expect(await screen.findByRole("alert")).toHaveTextContent(NEWER);
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("This page could not be loaded");
  await expectReload();
});

test("a part that cannot be loaded says so in its place, and leaves the page alone", async () => {
  const Part = lazyPart(gone);
  renderAt(
    "/",
    <>
      <h1>The page</h1>
      <Part />
    </>,
  );
  expect(await screen.findByRole("alert")).toHaveTextContent(NEWER);
  expect(screen.getByRole("heading", { name: "The page" })).toBeVisible();
  await expectReload();
});

test("a dialog that cannot be loaded is one that says so, and can be closed", async () => {
  const Dialog = lazyDialog<{ onClose: () => void }>(gone);
  const close = vi.fn();
  renderAt("/", <Dialog onClose={close} />);
  expect(await screen.findByRole("alertdialog", { name: "This could not be opened" })).toHaveTextContent(NEWER);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(close).toHaveBeenCalledOnce();
  await expectReload();
});
