/** As much of d3-hierarchy as the treemap uses; its own package of types is larger than the library. */
declare module 'd3-hierarchy' {
  interface Node<Datum> {
    data: Datum;
    depth: number;
    value?: number;
    sum(value: (datum: Datum) => number): Node<Datum>;
    sort(compare: (one: Node<Datum>, other: Node<Datum>) => number): Node<Datum>;
  }
  interface Rectangle<Datum> extends Node<Datum> {
    x0: number;
    y0: number;
    x1: number;
    y1: number;
    descendants(): Rectangle<Datum>[];
  }
  interface Treemap<Datum> {
    (root: Node<Datum>): Rectangle<Datum>;
    size(size: [number, number]): this;
    round(round: boolean): this;
    paddingInner(px: number): this;
    paddingTop(px: (node: Node<Datum>) => number): this;
  }
  export function hierarchy<Datum extends { children?: Datum[] }>(data: Datum): Node<Datum>;
  export function treemap<Datum>(): Treemap<Datum>;
}
