// Shows the questions in JupyterLab. jupyterlab-myst does not know `{check}`: it would fold the
// source away under a warning, the right answer marked in it. Here it reads a directive that it
// knows in the place of each `{check}`, and the code that prints the answers is folded. The files
// stay as they are. `make setup` and .binder/postBuild install this folder; there is nothing to build.
(() => {
  const CHECK = /^(`{3,}|:{3,})\{check\}[^\n]*\n((?::[\w-]+:[^\n]*\n)*)([^]*?)^\1 *$/gm;
  const item = (marker, text) => `${marker} ${text.trim().replaceAll("\n", "\n   ")}\n`;

  // book/_ext/checks.py has the syntax; tools/notebooks.py writes the same for Colab.
  const known = (source, fence, options, body) => {
    const numeric = options.includes(":within:");
    const [question, ...parts] = body.split(/^- \[(?=[ x]\] )/m);
    const asked = [];
    const answers = numeric ? ["The next cell, whose code is folded, prints these values.\n"] : [];
    for (const part of parts) {
      const [choice, ...why] = part.slice(3).replace(/^ {2}/gm, "").split("\n\n");
      const verdict = `**${part[0] === "x" ? "Right." : "No."}** ${why.join("\n\n")}`;
      if (!numeric) asked.push(item("1.", choice));
      answers.push(numeric ? item("-", `${choice}: ${verdict}`) : item("1.", verdict));
    }
    const fold = ["::::::::{dropdown} Answer\n", ...answers, "::::::::"];
    return [":::::::::{admonition} Check yourself\n:class: tip\n", question, ...asked, ...fold, ":::::::::"].join("\n");
  };

  const show = (cell) => {
    const parse = cell.updateFragmentMDAST; // jupyterlab-myst's; it gets the source at once
    if (!parse) return;
    cell.updateFragmentMDAST = () => {
      const text = cell.model.sharedModel;
      const source = text.getSource();
      text.getSource = () => source.replace(CHECK, known);
      try {
        return parse.call(cell);
      } finally {
        delete text.getSource; // the class has it
      }
    };
  };

  const createNew = ({ content: { contentFactory: factory } }) => {
    if (Object.hasOwn(factory, "createMarkdownCell")) return; // one factory makes all cells
    const { createMarkdownCell, createCodeCell } = factory;
    factory.createMarkdownCell = (options) => {
      const cell = createMarkdownCell.call(factory, options);
      show(cell);
      return cell;
    };
    factory.createCodeCell = (options) => {
      const cell = createCodeCell.call(factory, options);
      if (options.model.getMetadata("tags")?.includes("answers"))
        cell.ready.then(() => Object.assign(cell, { syncCollapse: false, inputHidden: true }));
      return cell;
    };
  };

  const plugin = {
    id: "d2l-checks:plugin",
    autoStart: true,
    activate({ docRegistry }) {
      for (const name of ["Notebook", "Jupytext Notebook"]) docRegistry.addWidgetExtension(name, { createNew });
    },
  };
  window._JUPYTERLAB ??= {}; // where JupyterLab looks for what an extension brings
  window._JUPYTERLAB["d2l-checks"] = { init() {}, get: async () => () => ({ __esModule: true, default: plugin }) };
})();
