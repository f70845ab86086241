/** An invented medicine. Milligrams, and kilograms of body weight. */
const medicine = { mgPerKg: 15, mgMax: 1000 };

/** One dose, never more than an adult gets. */
export function doseFor(kg) {
  if (!(kg >= 3 && kg <= 150)) throw new RangeError('expected a weight from 3 to 150 kg');
  return Math.min(Math.round(medicine.mgPerKg * kg), medicine.mgMax);
}
