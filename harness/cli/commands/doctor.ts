import { withServerOptions } from '../arguments/options.js';
import type { DoctorFlags } from '../actions/doctor.js';
import type { Register } from './registry.js';

/** Registers `race-lab doctor`. @internal */
export const registerDoctor: Register = ({ command, context, finish }) => {
  const doctor = command(
    'doctor',
    'Say what this machine gives the lab: which Redis, which clock, and why; and which servers it has.',
    ['doctor', 'doctor --json', 'doctor --prefetch --server-version valkey-8'],
  );
  doctor
    .option('--json', 'print it as JSON')
    .option(
      '--prefetch',
      'first fetch what is needed without a network: a server package, a container image',
    );
  withServerOptions(doctor).action(async (flags: DoctorFlags) => {
    const action = await import('../actions/doctor.js');
    finish(await action.doctor(context, flags));
  });
};
