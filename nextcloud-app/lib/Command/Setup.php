<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Command;

use OCA\VoiceAssist\Service\Pairing;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Pairs this Nextcloud with its daemon: keeps the address, makes the key, and says what to run beside the daemon. */
class Setup extends Command {
	public function __construct(private Pairing $pairing) {
		parent::__construct();
	}

	protected function configure(): void {
		$this->setName('voiceassist:setup')
			->setDescription('Pairs this Nextcloud with its VoiceAssist daemon')
			->addOption('daemon', null, InputOption::VALUE_REQUIRED, 'Where browsers reach the daemon, for instance https://cloud.example.org/voiceassist')
			->addOption('internal-url', null, InputOption::VALUE_REQUIRED, 'Where this server reaches the daemon, if elsewhere')
			->addOption('nextcloud', null, InputOption::VALUE_REQUIRED, 'Address of this Nextcloud as the daemon is configured with it, if not overwrite.cli.url');
	}

	protected function execute(InputInterface $input, OutputInterface $output): int {
		$daemon = $input->getOption('daemon');
		if (!is_string($daemon) || $daemon === '') {
			$output->writeln('<error>Say where the daemon is: --daemon URL</error>');
			return self::INVALID;
		}
		$internal = $input->getOption('internal-url');
		$own = $input->getOption('nextcloud');
		try {
			$this->pairing->setUp($daemon, is_string($internal) && $internal !== '' ? $internal : $daemon, is_string($own) && $own !== '' ? $own : null);
		} catch (\InvalidArgumentException $wrong) {
			$output->writeln('<error>' . $wrong->getMessage() . '</error>');
			return self::INVALID;
		}
		$output->writeln('Now run this where the daemon is:');
		$output->writeln('');
		$output->writeln('  ' . $this->pairing->pairingCommand());
		$output->writeln('');
		$output->writeln('Then see whether all is well: occ voiceassist:self-test');
		return self::SUCCESS;
	}
}
