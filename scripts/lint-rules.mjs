/** Two lint rules of this house: a file says what it is for, an exported function says what it gives. */

const isDocstring = (comment) => comment?.type === 'Block' && comment.value.startsWith('*');

/** @type {import('eslint').Rule.RuleModule} */
const openWithPurpose = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: 'Open the file with a /** … */ that says what it is for and what it never does.' },
  },
  create: (context) => ({
    Program(node) {
      const [first] = context.sourceCode.getAllComments();
      const firstToken = context.sourceCode.getFirstToken(node);
      if (firstToken === null) return;
      if (isDocstring(first) && first.range[0] < firstToken.range[0]) return;
      context.report({ loc: { line: 1, column: 0 }, messageId: 'missing' });
    },
  }),
};

/** @type {import('eslint').Rule.RuleModule} */
const explainExports = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing: 'Say above {{name}} what it gives and when it fails: units, errors, the source of an outside fact.',
    },
  },
  create: (context) => ({
    'ExportNamedDeclaration > FunctionDeclaration, ExportDefaultDeclaration > FunctionDeclaration'(node) {
      if (context.sourceCode.getCommentsBefore(node.parent).some(isDocstring) || isFurtherOverload(node)) return;
      context.report({ node, messageId: 'missing', data: { name: node.id?.name ?? 'this function' } });
    },
  }),
};

/** The docstring of the first overload speaks for all of them. */
function isFurtherOverload(node) {
  const siblings = node.parent.parent.body;
  const above = siblings[siblings.indexOf(node.parent) - 1]?.declaration;
  return above?.type === 'TSDeclareFunction' && above.id?.name === node.id?.name;
}

export default { rules: { 'open-with-purpose': openWithPurpose, 'explain-exports': explainExports } };
