// Renders a mapping template as API Gateway does, with the variables of its
// reference page: reads {"template", "body", "path", "context"} from standard input
// and writes {"text", "override"}.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
const { render } = require('velocityjs');

// Java's strings: replaceAll takes a regular expression, and there is contains.
String.prototype.replaceAll = function replaceAll(pattern, by) { return this.replace(new RegExp(pattern, 'g'), by); };
String.prototype.contains = String.prototype.includes;

// As Apache Commons' StringEscapeUtils.escapeJavaScript.
const escapes = { '"': '\\"', "'": "\\'", '\\': '\\\\', '/': '\\/', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
const escapeJavaScript = (v) => [...String(v ?? '')].map((c) => escapes[c]
  ?? (c < ' ' || c > '~' ? [...Array(c.length).keys()].map((i) => '\\u' + c.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')).join('') : c)).join('');

const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const body = given.body ? JSON.parse(given.body) : {};
const dig = (path) => path === '$' ? body : body[path.replace(/^\$\./, '')];
const override = { header: {} };
const output = render(given.template, {
  context: { ...given.context, responseOverride: override },
  input: {
    json: (path) => JSON.stringify(dig(path)),
    path: dig,
    params: () => ({ path: { get: (name) => given.path[name] } }),
  },
  util: {
    escapeJavaScript,
    base64Encode: (v) => Buffer.from(String(v)).toString('base64'),
    urlEncode: (v) => encodeURIComponent(String(v)).replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()).replace(/%20/g, '+'),
  },
});
console.log(JSON.stringify({ text: output.trim(), override }));
