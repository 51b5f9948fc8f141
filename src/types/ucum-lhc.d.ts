declare module '@lhncbc/ucum-lhc' {
  interface Ucum {
    convertUnitTo(from: string, value: number, to: string): { status: string; toVal: number | null; msg: string[] };
    validateUnitString(unit: string): { status: 'valid' | 'invalid' | 'error'; msg: string[] };
  }
  const ucum: { UcumLhcUtils: { getInstance(): Ucum } };
  export default ucum;
}
