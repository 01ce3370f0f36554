import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { CreateRequestPage } from "@/features/create/CreateRequestPage";
import { apiPaths } from "@/paths";
import { renderAt } from "@/test/render";
import { databricksRequest } from "@/test/samples";
import { answer, answerCaller, type Answer } from "@/test/server";

const field = (label: RegExp) => screen.getByLabelText(label);

async function fillIn() {
  await userEvent.type(field(/email/), "ana@example.com");
  await userEvent.type(field(/^Catalog/), "main");
  await userEvent.type(field(/^Schema/), "sales");
  await userEvent.type(field(/^Table/), "orders");
  await userEvent.selectOptions(field(/^Privilege/), "SELECT");
  await userEvent.type(field(/^Business reason/), "Quarterly report");
}

const send = () => userEvent.click(screen.getByRole("button", { name: "Create request" }));

async function show(reply: Answer) {
  const posts = answer("post", apiPaths.create("databricks"), () => reply);
  const { router } = renderAt("/databricks/requests/new", <CreateRequestPage platform="databricks" />);
  await screen.findByRole("form");
  return Object.assign(posts, { router });
}

describe("sending", () => {
  test("a right form is created and links to the new row", async () => {
    const posts = await show({ status: 201, body: databricksRequest({ id: 42 }) });
    await fillIn();
    await userEvent.click(screen.getByRole("button", { name: "Never" }));
    await send();
    expect(await screen.findByText("Request created.")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "View the request" })).toHaveAttribute("href", "/databricks/requests/42");
    expect(posts[0]?.body).toMatchObject({ tableName: "orders", privilege: "SELECT", expiresOn: null });
    expect(field(/email/)).toHaveValue("");
  });

  test("created at once after typing, it blames no field for being empty again", async () => {
    await show({ status: 201, body: databricksRequest() });
    await fillIn();
    await send();
    await screen.findByText("Request created.");
    // longer than the pause after which what is typed is judged
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(screen.queryByText("This field is required.")).not.toBeInTheDocument();
  });

  test("an empty form is not sent, names every required field and focuses the first", async () => {
    const posts = await show({ status: 201 });
    await send();
    expect(screen.getAllByText("This field is required.")).toHaveLength(5);
    expect(screen.getByText("Choose a privilege.")).toBeInTheDocument();
    expect(field(/email/)).toHaveFocus();
    expect(posts).toHaveLength(0);
  });

  test("what the server refuses is put at its field, which takes the focus", async () => {
    await show({
      status: 422,
      body: {
        title: "Invalid fields",
        status: 422,
        detail: "Correct the fields.",
        errors: [{ field: "tableName", message: "There is no such table." }],
      },
    });
    await fillIn();
    await send();
    expect(await screen.findByText("There is no such table.")).toBeInTheDocument();
    expect(field(/^Table/)).toHaveFocus();
    expect(field(/^Table/)).toHaveAccessibleDescription(/There is no such table/);
    await userEvent.type(field(/^Table/), "2");
    expect(screen.queryByText("There is no such table.")).not.toBeInTheDocument();
  });

  test.each([504, 500])("an answer of %d leaves it open and sends nothing again", async (status) => {
    const posts = await show({ status });
    await fillIn();
    await send();
    expect(await screen.findByText("It is not known whether the request was created.")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "newest requests" })).toHaveAttribute(
      "href",
      "/databricks/requests?sort=-requestedOn&q=ana%40example.com",
    );
    expect(posts).toHaveLength(1);
  });

  test("sent again unchanged it has the same key, so that it is stored once; changed it has another", async () => {
    const posts = await show({ status: 503 });
    await fillIn();
    await send();
    await screen.findByText("It is not known whether the request was created.");
    await send();
    await waitFor(() => expect(posts).toHaveLength(2));
    await userEvent.type(field(/^Table/), "2");
    await send();
    await waitFor(() => expect(posts).toHaveLength(3));
    const [first, again, changed] = posts.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(again).toBe(first);
    expect(changed).not.toBe(first);
  });
});

describe("typing", () => {
  test("a wrong address is blamed once typing pauses, and no longer once it is right", async () => {
    await show({ status: 201 });
    await userEvent.type(field(/email/), "ana@example");
    expect(screen.queryByText(/Enter an email address/)).not.toBeInTheDocument();
    expect(await screen.findByText(/Enter an email address/)).toBeInTheDocument();
    await userEvent.type(field(/email/), ".com");
    await waitFor(() => expect(screen.queryByText(/Enter an email address/)).not.toBeInTheDocument());
  });

  test("an empty field is not blamed for being left", async () => {
    await show({ status: 201 });
    await userEvent.click(field(/email/));
    await userEvent.tab();
    expect(screen.queryByText("This field is required.")).not.toBeInTheDocument();
  });
});

describe("leaving", () => {
  test("a form that somebody has typed into asks first", async () => {
    const { router } = await show({ status: 201 });
    await userEvent.type(field(/email/), "ana");
    void router.navigate("/elsewhere");
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog).toHaveTextContent("Your entries will be lost.");
    await userEvent.click(screen.getByRole("button", { name: "Stay" }));
    expect(router.state.location.pathname).toBe("/databricks/requests/new");
    expect(field(/email/)).toHaveValue("ana");
    void router.navigate("/elsewhere");
    await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/elsewhere"));
  });

  test("an untouched form asks nothing", async () => {
    const { router } = await show({ status: 201 });
    await router.navigate("/elsewhere");
    expect(router.state.location.pathname).toBe("/elsewhere");
  });
});

test("the Palantir form asks for its own fields", async () => {
  renderAt("/palantir/requests/new", <CreateRequestPage platform="palantir" />);
  await screen.findByRole("form");
  expect(field(/^Resource id/)).toBeInTheDocument();
  expect(screen.getByRole("option", { name: "Discoverer" })).toBeInTheDocument();
  expect(screen.queryByLabelText(/^Catalog/)).not.toBeInTheDocument();
});

test("who lacks the role is told so instead of being offered the form", async () => {
  answerCaller({ roles: ["read"] });
  renderAt("/palantir/requests/new", <CreateRequestPage platform="palantir" />);
  expect(await screen.findByText(/need the app role “request”/)).toBeInTheDocument();
  expect(screen.queryByRole("form")).not.toBeInTheDocument();
});

describe("where it is not known who calls", () => {
  const showWith = (reply: Answer) => {
    answer("get", apiPaths.caller, () => reply);
    renderAt("/palantir/requests/new", <CreateRequestPage platform="palantir" />);
    return screen.findByRole("alert");
  };

  test.each([{ status: 500 }, { status: 503 }, { broken: true }])("for %o, says why and tries again on demand", async (reply) => {
    expect(await showWith(reply)).toHaveTextContent("Your permissions could not be loaded.");
    answerCaller({});
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("form")).toBeInTheDocument();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  test("for want of a session, offers to sign in", async () => {
    await showWith({ status: 401 });
    expect(screen.getByRole("link", { name: "Sign in" })).toHaveAttribute("href", expect.stringContaining("/.auth/login"));
  });
});
