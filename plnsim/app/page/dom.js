// Small helpers: elements, SVG elements, a delay.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...within) {
  return populate(document.createElement(name), attributes, within);
}

export function svgElement(name, attributes = {}, ...within) {
  return populate(document.createElementNS(SVG, name), attributes, within);
}

function populate(node, attributes, within) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...within.filter((one) => one !== null && one !== undefined));
  return node;
}

// Waits for some seconds, or until the signal is aborted: then with its AbortError.
export function delay(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    const abort = () => { clearTimeout(timer); reject(signal.reason); };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}
