// Texts whose contrast with what lies behind them is under WCAG's 4.5 (3 for large ones), as
// {element: [contrast, text]}. Disabled controls and icons do not count.
() => {
  const parse = (text) => {
    const found = text.match(/(rgba?|color)\((?:srgb )?([^)]+)\)/);
    if (!found) return null;
    const [r, g, b, a] = found[2].split(/[ ,/]+/).map(Number);
    const most = found[1] === "color" ? 255 : 1;
    return [r * most, g * most, b * most, a === undefined ? 1 : a];
  };
  const over = (top, below) =>
    [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parents = (element) => {
    const chain = [];
    for (let each = element; each; each = each.parentElement) chain.push(each);
    return chain;
  };
  const page = document.querySelector("[data-testid=stApp]");
  const bottom = parse(getComputedStyle(page).backgroundColor);
  const behind = (element) =>
    parents(element)
      .map((each) => parse(getComputedStyle(each).backgroundColor))
      .filter((colour) => colour && colour[3] > 0)
      .reverse()
      .reduce((below, top) => over(top, below), bottom);
  const skipped =
    "script, style, noscript, [disabled], [aria-disabled=true], [data-testid=stHeader], " +
    "[data-testid=stIconMaterial], [data-testid=stSliderThumbValue]";
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest(skipped)) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || style.visibility === "hidden") continue;
    const chain = parents(element).map((each) => Number(getComputedStyle(each).opacity));
    const opacity = chain.reduce((product, each) => product * each, 1);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color);
    if (!ink || opacity === 0) continue;
    const ground = behind(element);
    const shown = luminance(over([...ink.slice(0, 3), ink[3] * opacity], ground));
    const lights = [shown, luminance(ground)].sort((x, y) => y - x);
    const contrast = (lights[0] + 0.05) / (lights[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    // Half a hundredth for rounding.
    if (contrast < (large ? 3 : 4.5) - 0.005) {
      const name = `${element.tagName} ${element.getAttribute("class") || ""}`;
      found[name] = [contrast.toFixed(2), text.slice(0, 60)];
    }
  }
  return found;
}
